-- A knowledge base as schema 5 left it. Never change this file: later versions must be able to open it.
BEGIN TRANSACTION;
CREATE TABLE absence (
	id VARCHAR NOT NULL, 
	person VARCHAR NOT NULL, 
	first DATE NOT NULL, 
	last DATE NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(person) REFERENCES person (id) ON DELETE CASCADE
);
INSERT INTO "absence" VALUES('ab','bob','2026-12-01','2026-12-02');
CREATE TABLE account (
	person VARCHAR NOT NULL, 
	password TEXT NOT NULL, 
	language VARCHAR, 
	created DATETIME, 
	PRIMARY KEY (person), 
	FOREIGN KEY(person) REFERENCES person (id) ON DELETE CASCADE
);
INSERT INTO "account" VALUES('alice','$argon2id$not-a-real-hash',NULL,'2026-11-23 08:00:00.000000');
CREATE TABLE answer (
	id VARCHAR NOT NULL, 
	question VARCHAR NOT NULL, 
	body TEXT DEFAULT '' NOT NULL, 
	author VARCHAR, 
	language VARCHAR NOT NULL, 
	score INTEGER NOT NULL, 
	accepted DATETIME, 
	created DATETIME, 
	edited DATETIME, 
	PRIMARY KEY (id), 
	FOREIGN KEY(question) REFERENCES question (id) ON DELETE CASCADE, 
	FOREIGN KEY(author) REFERENCES person (id)
);
INSERT INTO "answer" VALUES('a1','q1','Sur le portail.','alice','fr',0,'2026-11-23 08:00:00.000000','2026-11-23 08:00:00.000000',NULL);
CREATE TABLE attempt (
	id INTEGER NOT NULL, 
	"key" VARCHAR NOT NULL, 
	at DATETIME, 
	PRIMARY KEY (id)
);
CREATE TABLE change (
	number INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	actor VARCHAR, 
	action TEXT DEFAULT '' NOT NULL, 
	kind TEXT DEFAULT '' NOT NULL, 
	id VARCHAR NOT NULL, 
	PRIMARY KEY (number)
);
INSERT INTO "change" VALUES(1,'2026-11-23 08:00:00.000000',NULL,'put','person','alice');
INSERT INTO "change" VALUES(2,'2026-11-23 08:00:00.000000','bob','ask','question','q1');
CREATE TABLE change_number (
	last INTEGER NOT NULL
);
INSERT INTO "change_number" VALUES(2);
CREATE TABLE comment (
	id VARCHAR NOT NULL, 
	question VARCHAR NOT NULL, 
	answer VARCHAR, 
	body TEXT DEFAULT '' NOT NULL, 
	author VARCHAR, 
	created DATETIME, 
	PRIMARY KEY (id), 
	FOREIGN KEY(question) REFERENCES question (id) ON DELETE CASCADE, 
	FOREIGN KEY(answer) REFERENCES answer (id) ON DELETE CASCADE, 
	FOREIGN KEY(author) REFERENCES person (id)
);
INSERT INTO "comment" VALUES('c1','q1','a1','Merci','bob','2026-11-23 08:00:00.000000');
CREATE TABLE duty (
	revision VARCHAR NOT NULL, 
	position INTEGER NOT NULL, 
	step TEXT DEFAULT '' NOT NULL, 
	role TEXT DEFAULT '' NOT NULL, 
	what TEXT DEFAULT '' NOT NULL, 
	rule TEXT DEFAULT '' NOT NULL, 
	PRIMARY KEY (revision, position), 
	FOREIGN KEY(revision) REFERENCES revision (id) ON DELETE CASCADE
);
INSERT INTO "duty" VALUES('TRV-01@fr.1',1,'1','le voyageur','réserve','TRV');
CREATE TABLE edit (
	id VARCHAR NOT NULL, 
	question VARCHAR NOT NULL, 
	answer VARCHAR, 
	title TEXT DEFAULT '' NOT NULL, 
	body TEXT DEFAULT '' NOT NULL, 
	person VARCHAR, 
	created DATETIME, 
	PRIMARY KEY (id), 
	FOREIGN KEY(question) REFERENCES question (id) ON DELETE CASCADE, 
	FOREIGN KEY(answer) REFERENCES answer (id) ON DELETE CASCADE, 
	FOREIGN KEY(person) REFERENCES person (id)
);
INSERT INTO "edit" VALUES('e1','q1',NULL,'Train ?','','bob','2026-11-23 08:00:00.000000');
CREATE TABLE holiday (
	site VARCHAR NOT NULL, 
	day DATE NOT NULL, 
	name TEXT DEFAULT '' NOT NULL, 
	PRIMARY KEY (site, day), 
	FOREIGN KEY(site) REFERENCES site (name) ON DELETE CASCADE
);
INSERT INTO "holiday" VALUES('Lyon','2026-12-25','Noël');
CREATE TABLE invitation (
	id VARCHAR NOT NULL, 
	route VARCHAR NOT NULL, 
	question VARCHAR NOT NULL, 
	person VARCHAR NOT NULL, 
	wave INTEGER NOT NULL, 
	status TEXT DEFAULT 'waiting' NOT NULL, 
	reasons JSON NOT NULL, 
	created DATETIME, 
	closed DATETIME, starts DATETIME, until DATE, detail VARCHAR, 
	PRIMARY KEY (id), 
	FOREIGN KEY(route) REFERENCES route (id) ON DELETE CASCADE, 
	FOREIGN KEY(question) REFERENCES question (id) ON DELETE CASCADE, 
	FOREIGN KEY(person) REFERENCES person (id) ON DELETE CASCADE
);
INSERT INTO "invitation" VALUES('i1','r1','q1','alice',1,'answered','["wrote about trains"]','2026-11-23 08:00:00.000000','2026-11-23 08:00:00.000000','2026-11-23 08:00:00.000000',NULL,NULL);
CREATE TABLE job (
	id INTEGER NOT NULL, 
	kind TEXT DEFAULT '' NOT NULL, 
	payload JSON NOT NULL, 
	run_at DATETIME NOT NULL, 
	attempts INTEGER NOT NULL, 
	lease VARCHAR, 
	leased_until DATETIME, 
	done DATETIME, 
	error TEXT, 
	once VARCHAR, 
	PRIMARY KEY (id), 
	UNIQUE (once)
);
INSERT INTO "job" VALUES(1,'route','{"question": "q1"}','2026-11-23 08:00:00.000000',0,NULL,NULL,NULL,NULL,'route q1');
CREATE TABLE mail (
	id VARCHAR NOT NULL, 
	person VARCHAR NOT NULL, 
	digest BOOLEAN NOT NULL, 
	created DATETIME NOT NULL, 
	due DATETIME NOT NULL, 
	attempts INTEGER NOT NULL, 
	lease VARCHAR, 
	leased_until DATETIME, 
	sent DATETIME, 
	done DATETIME, 
	error TEXT, 
	PRIMARY KEY (id), 
	FOREIGN KEY(person) REFERENCES person (id) ON DELETE CASCADE
);
INSERT INTO "mail" VALUES('m1','bob',1,'2026-11-23 08:00:00.000000','2026-11-23 08:00:00.000000',0,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE mail_choice (
	person VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	choice TEXT DEFAULT '' NOT NULL, 
	PRIMARY KEY (person, kind), 
	FOREIGN KEY(person) REFERENCES person (id) ON DELETE CASCADE
);
INSERT INTO "mail_choice" VALUES('bob','answered','weekly');
CREATE TABLE membership (
	space VARCHAR NOT NULL, 
	person VARCHAR NOT NULL, 
	role TEXT DEFAULT 'member' NOT NULL, 
	since DATETIME, 
	until DATETIME, 
	PRIMARY KEY (space, person), 
	FOREIGN KEY(space) REFERENCES space (id) ON DELETE CASCADE, 
	FOREIGN KEY(person) REFERENCES person (id) ON DELETE CASCADE
);
INSERT INTO "membership" VALUES('finance','alice','compliance owner','2026-11-23 08:00:00.000000',NULL);
CREATE TABLE notice (
	id VARCHAR NOT NULL, 
	person VARCHAR NOT NULL, 
	kind TEXT DEFAULT '' NOT NULL, 
	"of" TEXT DEFAULT '' NOT NULL, 
	subject VARCHAR NOT NULL, 
	params JSON NOT NULL, 
	"key" VARCHAR NOT NULL, 
	created DATETIME NOT NULL, 
	read DATETIME, 
	done DATETIME, due DATETIME, mail VARCHAR, 
	PRIMARY KEY (id), 
	FOREIGN KEY(person) REFERENCES person (id) ON DELETE CASCADE
);
INSERT INTO "notice" VALUES('n1','bob','answered','question','q1','{"by": "alice", "answer": "a1"}','answered a1','2026-11-23 08:00:00.000000',NULL,NULL,'2026-11-23 08:00:00.000000','m1');
CREATE TABLE person (
	id VARCHAR NOT NULL, 
	name TEXT DEFAULT '' NOT NULL, 
	email VARCHAR, 
	title TEXT DEFAULT '' NOT NULL, 
	unit TEXT DEFAULT '' NOT NULL, 
	site TEXT DEFAULT '' NOT NULL, 
	languages JSON NOT NULL, 
	skills JSON NOT NULL, 
	about TEXT DEFAULT '' NOT NULL, 
	kind TEXT DEFAULT 'employee' NOT NULL, 
	admin BOOLEAN NOT NULL, 
	created DATETIME, 
	ended DATETIME, 
	PRIMARY KEY (id), 
	UNIQUE (email)
);
INSERT INTO "person" VALUES('alice','Alice Martin','alice@example.org','','','','["fr", "en"]','["excel"]','','employee',0,'2026-11-23 08:00:00.000000',NULL);
INSERT INTO "person" VALUES('bob','Bob Dupont',NULL,'','','','[]','[]','','employee',0,'2026-11-23 08:00:00.000000',NULL);
CREATE TABLE preference (
	person VARCHAR NOT NULL, 
	language VARCHAR, 
	days JSON NOT NULL, 
	quiet_from VARCHAR, 
	quiet_until VARCHAR, 
	day_cap INTEGER, 
	week_cap INTEGER, 
	PRIMARY KEY (person), 
	FOREIGN KEY(person) REFERENCES person (id) ON DELETE CASCADE
);
INSERT INTO "preference" VALUES('alice',NULL,'[1]','12:00','14:00',NULL,2);
CREATE TABLE procedure (
	"key" VARCHAR NOT NULL, 
	space VARCHAR NOT NULL, 
	owner VARCHAR, 
	deputy VARCHAR, 
	status TEXT DEFAULT 'draft' NOT NULL, 
	review_months INTEGER, 
	satisfies JSON NOT NULL, 
	created DATETIME, 
	PRIMARY KEY ("key"), 
	FOREIGN KEY(space) REFERENCES space (id), 
	FOREIGN KEY(owner) REFERENCES person (id), 
	FOREIGN KEY(deputy) REFERENCES person (id)
);
INSERT INTO "procedure" VALUES('TRV-01','common','alice',NULL,'published',NULL,'[]','2026-11-23 08:00:00.000000');
CREATE TABLE question (
	id VARCHAR NOT NULL, 
	space VARCHAR NOT NULL, 
	title TEXT DEFAULT '' NOT NULL, 
	body TEXT DEFAULT '' NOT NULL, 
	author VARCHAR, 
	language VARCHAR NOT NULL, 
	status TEXT DEFAULT 'open' NOT NULL, 
	duplicate_of VARCHAR, 
	score INTEGER NOT NULL, 
	created DATETIME, 
	edited DATETIME, 
	active DATETIME, 
	PRIMARY KEY (id), 
	FOREIGN KEY(space) REFERENCES space (id), 
	FOREIGN KEY(author) REFERENCES person (id), 
	FOREIGN KEY(duplicate_of) REFERENCES question (id)
);
INSERT INTO "question" VALUES('q1','common','Où réserver un train ?','Pour Lyon.','bob','fr','open',NULL,1,'2026-11-23 08:00:00.000000',NULL,'2026-11-23 08:00:00.000000');
INSERT INTO "question" VALUES('q2','common','Réserver le TGV ?','','alice','fr','duplicate','q1',0,'2026-11-23 08:00:00.000000',NULL,'2026-11-23 08:00:00.000000');
CREATE TABLE question_tag (
	question VARCHAR NOT NULL, 
	position INTEGER NOT NULL, 
	tag VARCHAR NOT NULL, 
	PRIMARY KEY (question, tag), 
	FOREIGN KEY(question) REFERENCES question (id) ON DELETE CASCADE
);
INSERT INTO "question_tag" VALUES('q1',1,'train');
INSERT INTO "question_tag" VALUES('q1',2,'voyage');
CREATE TABLE revision (
	id VARCHAR NOT NULL, 
	procedure VARCHAR NOT NULL, 
	language VARCHAR NOT NULL, 
	number INTEGER NOT NULL, 
	title TEXT DEFAULT '' NOT NULL, 
	summary TEXT DEFAULT '' NOT NULL, 
	body TEXT DEFAULT '' NOT NULL, 
	tags JSON NOT NULL, 
	status TEXT DEFAULT 'draft' NOT NULL, 
	author VARCHAR, 
	change TEXT DEFAULT '' NOT NULL, 
	created DATETIME, 
	effective DATE, 
	PRIMARY KEY (id), 
	FOREIGN KEY(procedure) REFERENCES procedure ("key") ON DELETE CASCADE, 
	FOREIGN KEY(author) REFERENCES person (id)
);
INSERT INTO "revision" VALUES('TRV-01@fr.1','TRV-01','fr',1,'Voyager','but','texte','["voyage"]','published',NULL,'','2026-11-23 08:00:00.000000',NULL);
CREATE TABLE route (
	id VARCHAR NOT NULL, 
	asker VARCHAR, 
	question VARCHAR, 
	text TEXT DEFAULT '' NOT NULL, 
	band TEXT DEFAULT '' NOT NULL, 
	probability FLOAT NOT NULL, 
	scorer TEXT DEFAULT '' NOT NULL, 
	candidates JSON NOT NULL, 
	outcome VARCHAR, 
	created DATETIME, stage TEXT DEFAULT 'closed' NOT NULL, since DATETIME, due DATETIME, struck JSON, 
	PRIMARY KEY (id), 
	FOREIGN KEY(asker) REFERENCES person (id), 
	FOREIGN KEY(question) REFERENCES question (id) ON DELETE CASCADE
);
INSERT INTO "route" VALUES('r1','bob','q1','Train ?','ask',0.125,'v1','[["alice", 1.0, 0.5]]',NULL,'2026-11-23 08:00:00.000000','first','2026-11-23 08:00:00.000000',NULL,NULL);
CREATE TABLE schema_version (
	version INTEGER NOT NULL, 
	at DATETIME, 
	PRIMARY KEY (version)
);
INSERT INTO "schema_version" VALUES(1,'2026-11-23 05:13:33.359400');
INSERT INTO "schema_version" VALUES(2,'2026-11-23 05:13:33.359400');
INSERT INTO "schema_version" VALUES(3,'2026-11-23 07:53:34.576332');
INSERT INTO "schema_version" VALUES(4,'2026-11-23 08:09:33.566520');
INSERT INTO "schema_version" VALUES(5,'2026-11-23 08:55:17.651670');
CREATE TABLE secret (
	hash VARCHAR NOT NULL, 
	kind TEXT DEFAULT '' NOT NULL, 
	person VARCHAR NOT NULL, 
	label TEXT DEFAULT '' NOT NULL, 
	created DATETIME, 
	expires DATETIME, 
	PRIMARY KEY (hash), 
	FOREIGN KEY(person) REFERENCES person (id) ON DELETE CASCADE
);
INSERT INTO "secret" VALUES('0000000000000000000000000000000000000000000000000000000000000000','token','alice','API','2026-11-23 08:00:00.000000',NULL);
CREATE TABLE setting (
	name VARCHAR NOT NULL, 
	value JSON NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "setting" VALUES('organisation','"Exemple"');
CREATE TABLE site (
	name VARCHAR NOT NULL, 
	timezone TEXT DEFAULT '' NOT NULL, 
	days JSON NOT NULL, 
	opens TEXT DEFAULT '' NOT NULL, 
	closes TEXT DEFAULT '' NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "site" VALUES('Lyon','Europe/Paris','[1, 2]','08:30','17:00');
CREATE TABLE space (
	id VARCHAR NOT NULL, 
	name TEXT DEFAULT '' NOT NULL, 
	description TEXT DEFAULT '' NOT NULL, 
	visibility TEXT DEFAULT 'open' NOT NULL, 
	created DATETIME, 
	PRIMARY KEY (id)
);
INSERT INTO "space" VALUES('common','Everybody','','open','2026-11-23 08:00:00.000000');
INSERT INTO "space" VALUES('finance','Finance','','restricted','2026-11-23 08:00:00.000000');
CREATE TABLE subject_choice (
	person VARCHAR NOT NULL, 
	subject VARCHAR NOT NULL, 
	use TEXT DEFAULT '' NOT NULL, 
	PRIMARY KEY (person, subject), 
	FOREIGN KEY(person) REFERENCES person (id) ON DELETE CASCADE
);
INSERT INTO "subject_choice" VALUES('bob','train','shown');
CREATE TABLE vote (
	id INTEGER NOT NULL, 
	person VARCHAR NOT NULL, 
	question VARCHAR NOT NULL, 
	answer VARCHAR, 
	value INTEGER NOT NULL CHECK (value in (-1, 1)), 
	created DATETIME, 
	PRIMARY KEY (id), 
	FOREIGN KEY(person) REFERENCES person (id) ON DELETE CASCADE, 
	FOREIGN KEY(question) REFERENCES question (id) ON DELETE CASCADE, 
	FOREIGN KEY(answer) REFERENCES answer (id) ON DELETE CASCADE
);
INSERT INTO "vote" VALUES(1,'alice','q1',NULL,1,'2026-11-23 08:00:00.000000');
CREATE UNIQUE INDEX notice_once ON notice (person, "key");
CREATE INDEX notice_subject ON notice (person, "of", subject);
CREATE INDEX ix_attempt_key ON attempt ("key");
CREATE INDEX job_due ON job (done, run_at);
CREATE INDEX ix_secret_person ON secret (person);
CREATE INDEX ix_membership_person ON membership (person);
CREATE INDEX ix_procedure_owner ON procedure (owner);
CREATE INDEX ix_procedure_space ON procedure (space);
CREATE INDEX question_status ON question (status, created);
CREATE INDEX ix_question_space ON question (space);
CREATE INDEX question_active ON question (active);
CREATE INDEX ix_question_author ON question (author);
CREATE INDEX ix_question_duplicate_of ON question (duplicate_of);
CREATE UNIQUE INDEX revision_number ON revision (procedure, language, number);
CREATE INDEX ix_question_tag_tag ON question_tag (tag);
CREATE INDEX ix_answer_question ON answer (question);
CREATE INDEX ix_answer_author ON answer (author);
CREATE INDEX ix_route_question ON route (question);
CREATE INDEX ix_route_asker ON route (asker);
CREATE INDEX ix_comment_question ON comment (question);
CREATE INDEX ix_comment_answer ON comment (answer);
CREATE INDEX ix_comment_author ON comment (author);
CREATE INDEX ix_vote_answer ON vote (answer);
CREATE UNIQUE INDEX vote_once ON vote (person, question, coalesce(answer, ''));
CREATE INDEX ix_vote_question ON vote (question);
CREATE INDEX ix_vote_person ON vote (person);
CREATE INDEX ix_edit_question ON edit (question);
CREATE INDEX ix_edit_answer ON edit (answer);
CREATE INDEX ix_invitation_person ON invitation (person);
CREATE UNIQUE INDEX invitation_once ON invitation (question, person);
CREATE INDEX ix_invitation_route ON invitation (route);
CREATE INDEX ix_invitation_question ON invitation (question);
CREATE INDEX ix_absence_person ON absence (person);
CREATE INDEX ix_mail_person ON mail (person);
CREATE INDEX mail_due ON mail (done, due);
CREATE INDEX notice_due ON notice (mail, due);
CREATE INDEX ix_notice_mail ON notice (mail);
CREATE INDEX route_stage ON route (stage, since);
COMMIT;
