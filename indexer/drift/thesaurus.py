"""Words of work in French and English that name one idea, folded; `*` stands for any ending.

What is done (`ACTIONS`) counts less than what it is done to (`THINGS`) when two texts are aligned: everybody sends,
but not the same thing. `EMPTY` are the words that hold others together.
"""

from __future__ import annotations

ACTIONS = {
    "approve": (
        "approv* approuv* validat* valider valide valides validee validees valident validez validation* authoris* "
        "authoriz* autoris* sign signs signed signing signe signer signent signez signee signes signature* accord "
        "aval visa vise visent viser ok okay endors* countersign* contresign* paraph* accept* green-light agree "
        "agrees agreed agreement"
    ),
    "send": (
        "drop send sends sending sent envoy* envoi envoie envoient transm* submit* submission* depose* deposer depot "
        "remet* remis forward* adresse adresser soumet* soumis* upload* lodge* file files filed joint joindre joins "
        "joignez attach* drop drops"
    ),
    "notify": (
        "inform* notif* alert* previen* prevenir prevenu* averti* tell tells told warn* report reports reported "
        "reporting signal* declar* contact* avise aviser announc* annonc* consult* escalat* communiqu*"
    ),
    "check": (
        "check* verif* control controls controle* controlent review* inspect* examin* relit relire relisent "
        "relu relue relus relues relect* proofread* reread* audit* "
        "test tests tested testing tester teste testee testees testent testez"
    ),
    "record": (
        "record* regist* enregistr* saisi* saisir enter enters entered log logs logged logging encod* inscri* "
        "consign* note notes noted noter notez notent fill fills filled rempli* completes completed "
        "completing completer"
    ),
    "create": (
        "creat* cree creer creent creation* ouvr* open opens opened opening etabli* issue issues issued emet* emis* "
        "redig* draft* write writes written wrote raise raises raised prepar*"
    ),
    "keep": (
        "keep keeps kept retain* retention archiv* conserv* garde garder gardent gardez gardee gardees store stores "
        "stored storage stocke* stocker"
    ),
    "delete": (
        "delet* destroy* destruct* detrui* supprim* effac* purg* shred* broy* erase* wipe* remove* remov* throw*"
    ),
    "pay": (
        "pay pays paid paying payment* regler reglement reglee reglees paie paient paiement* paye* payer rembours* "
        "reimburs* refund* virement* vire virer"
    ),
    "buy": "order orders ordered ordering command* purchas* achat* achet* buy buys bought",
    "request": "request* demand* ask asks asked asking appl* reclam*",
    "train": "train trains trained training formation* forme former formes",
    "calibrate": "calibr* etalonn*",
    "clean": "clean* nettoy* nettoi* wash* rinc* rinse*",
    "lock": "lock* verrouill* consignation",
    "return": "return* rendre rend rendent rendez rendu* restitu*",
    "start": "start* begin* began begun commenc* demarr* launch* lance lancer lancement",
    "close": "close closes closed closing clot clos clotur* terminer termine finish* cloturer",
    "receive": "receiv* recept* recev* recoi* recu recue recus arriv* livr* deliver*",
    "meet": "meet meets meeting* reunion* entretien* interview*",
    "decide": "decid* decision* tranch* arbitr*",
    "block": "block* bloque* bloquer suspend* gel geler",
    "share": "share* sharing partag* pret preter prete lend* lent",
    "wear": "wear* worn porter portent",
    "update": "updat* maj actualis* patch* upgrad*",
    "answer": "answer* repond* reponse* reply replies replied respond responds responded response*",
    "book": "book books booked booking reserv*",
    "choose": "choos* choisi* select* selectionn*",
    "stop": "stop stops stopped stopping arret arreter arrete arretent",
    "replace": "replac* remplac* chang* swap* substitu*",
    "count": "count counts counted inventor* inventai* comptage",
    "release": "releas* liber* debloqu* deblocage* unblock*",
    "plan": "schedul* planif* plan plans planned planning planning*",
    "assign": "assign* attribu* affecte* affecter allocat* allou*",
    "restart": "restart* redemarr* reset* relance* relancer reinitial*",
    "lead": "lead leads led leading dirige* conduit conduire pilot*",
    "negotiate": "negoti* negoci*",
    "measure": "measur* mesur* releve relever relevee relevent weigh* pese peser pesee read reads reading",
    "label": "label* etiquet*",
    "sort": "sort sorts sorted tri trie trier tries",
    "install": "install*",
    "escort": "accompan* accompagn* escort*",
    "collect": "collect* recuper* recupere pick picks picked obtain* obtien* obtenir gather*",
    "publish": "publi* post",
    "transport": "carry carries transport* move moves moved deplace",
    "recruit": "recruit* recrut* hire hires hired hiring embauch*",
    "cancel": "cancel* annul*",
    "sell": "sell sells sold vend* vente sale sales",
    "assess": "assess* evalu* rate rated score scores apprecie",
    "use": "use uses used using utilis* employer emploie",
    "do": (
        "fait faire font faites do does did done doing make makes made effectu* perform* realis* execut* carry carried"
    ),
}
THINGS = {
    "invoice": "invoice* facture factures bill bills billing",
    "discount": "discount* remise remises rabais rebate* ristourne*",
    "quote": "quote* quotation* devis offre offres offer offers bid bids",
    "expense": "expense* frais note-de-frais",
    "receipt": "receipt receipts justificati* ticket-de-caisse voucher*",
    "contract": "contract* contrat*",
    "supplier": "supplier* fournisseur* vendor* prestataire*",
    "customer": "customer* client clients cliente clientele",
    "leave": "leave conge conges holiday* vacation* vacances",
    "absence": "absence* absent* arret-maladie sick sickness malad*",
    "password": "password* passphrase* passcode* mot-de-passe mdp",
    "computer": "computer* laptop* ordinateur* poste-de-travail workstation* pc portable portables",
    "account": "account accounts compte comptes",
    "access": "access* acces habilitation* right rights droit droits permission*",
    "form": "form forms formulaire* fiche fiches bordereau*",
    "file": "dossier* folder*",
    "sample": "sample* echantillon* specimen*",
    "result": "result* resultat*",
    "equipment": "equipment* equipement* appareil* device* instrument* materiel* machine*",
    "glove": "glove* gant gants",
    "glasses": "goggle* glasses lunettes",
    "helmet": "helmet* casque*",
    "harness": "harness* harnais",
    "incident": "incident* anomal* deviation* ecart ecarts",
    "accident": "accident* injur* blessure*",
    "visitor": "visitor* visiteur*",
    "backup": "backup* sauvegard* back-up*",
    "report": "rapport rapports compte-rendu cr",
    "identity": "identity identite id passport* passeport* cni",
    "address": "address adresse adresses domicile",
    "copy": "copy copies copie photocopie* photocop* scan scans scanne* scanner",
    "original": "original* originaux",
    "meal": "meal* repas lunch* dinner* dejeuner* diner*",
    "hotel": "hotel* accommodation hebergement nuit nuits nuitee* night nights",
    "trip": "trip trips travel* voyage* deplacement* mission missions journey*",
    "transfer": "transfer* wire",
    "payment": "reglements",
    "budget": "budget*",
    "card": "card cards carte cartes",
    "data": "data donnee donnees",
    "document": "document documents documentation paperwork piece pieces",
    "threshold": "threshold* seuil* limit limits limite limites ceiling* plafond* cap",
    "delay": "delay* delai* deadline* timeframe*",
    "telework": "telework* teletravail* remote* home-office homeworking",
    "overtime": "overtime heures-supplementaires",
    "trial": "probation* essai",
    "vehicle": "vehicle* vehicule* car cars voiture* truck* van forklift* chariot*",
    "waste": "waste* dechet* rubbish",
    "chemical": "chemical* chimique* solvent* solvant* reagent* reactif* acid* acide*",
    "evacuation": "evacuat* drill*",
    "extinguisher": "extinguisher* extincteur*",
    "alarm": "alarm*",
    "badge": "badge* pass",
    "key": "key keys cle cles clef clefs",
    "loan": "loan* credit* pret-immobilier mortgage*",
    "complaint": "complaint* reclamation*",
    "opinion": "opinion* avis",
    "purchase-order": "po",
}
_PHRASES = {
    "approve": (
        "sign off|signs off|signed off|sign-off|signing off|give the go-ahead|go-ahead|feu vert|donne son accord|"
        "donner son accord|bon pour accord"
    ),
    "purchase-order": "purchase order|purchase orders|bon de commande|bons de commande",
    "password": "mot de passe|mots de passe",
    "expense": "note de frais|notes de frais|expense claim|expense claims|expense report|expense reports",
    "telework": "home office|working from home|work from home",
    "update": "mise a jour|mises a jour|met a jour|mettre a jour",
    "record": "fill in|fill out|fills in",
    "report": "compte rendu|compte-rendu",
    "overtime": "heures supplementaires",
    "trial": "periode d'essai|probation period|trial period",
    "backup": "back up",
    "absence": "arret maladie|arret de travail|sick note|sick leave",
    "send": "hand in|hands in|hand over",
    "create": "set up",
    "delete": "throw away|jeter|jette",
    "mail": "par e-mail",
    "check": "look at|looks at",
    "guard": "poste de garde",
    "notify": "met au courant|fait part|let know",
    "delay": "delai de",
    "start": "mise en service|go live|go-live|mise en production",
}
PHRASES = {phrase: idea for idea, phrases in _PHRASES.items() for phrase in phrases.split("|")}
_EMPTY = (
    "a an the and or of to in on at by for with from into onto per as is are was were be been being it its this "
    "that these those there here he she they them we us our you your i my me his her their who whom whose which "
    "what when where why how if then than so too very just also only even still yet again once not no nor never "
    "none without must may might can could shall should will would need needs needed have has had having get gets "
    "got let lets up out off over under above below about around before after within between during until till "
    "since because any each every all some most more less least few many much both either one ones other another "
    "same such own well fine good really always usually often normally generally sometimes please but while "
    "whereas however instead rather anyway actually officially formally otherwise except unless le la les un une "
    "des du de d l au aux et ou ni mais donc car en dans sur sous par pour avec sans chez vers entre depuis "
    "pendant ce cet cette ces cela ca c se sa son ses leur leurs mon ma mes ton ta tes notre nos votre vos je tu "
    "il elle nous vous ils elles te lui y qui que quoi dont quand comment pourquoi si ne pas plus jamais rien "
    "aucun aucune tout tous toute toutes chaque meme aussi tres bien bon peu trop moins encore deja toujours "
    "souvent parfois normalement generalement simplement juste seulement uniquement alors puis ensuite apres "
    "avant est sont etait etaient sera seront ete etre suis es ai avez avons ont avait avoir doit doivent devez "
    "dois devoir peut peuvent peux pouvez pouvoir faut faudra va vont vais allez aller besoin lors lorsque sinon "
    "sauf hormis plutot lieu fois afin cas celui celle ceux celles ici la-bas autre autres quelque quelques "
    "plusieurs day days working business calendar week weeks month months year years hour hours minute minutes "
    "quarter quarters jour jours ouvre ouvres ouvrable ouvrables calendaire calendaires semaine semaines mois ans "
    "annee annees heure heures trimestre trimestres semestre euro euros eur k keur ht ttc vat tva excl incl "
    "percent pourcent % € h j euh bah voila ok hop oui non yes people personne personnes perso lately recently "
    "latest late tard tot early soon inutile inutiles facultatif facultative facultatifs optional unnecessary "
    "obligatoire obligatoires mandatory compulsory required necessary necessaire enough suffit suffisent "
    "suffisant plenty interdit interdite forbidden prohibited allowed permitted maximum minimum max min limite "
    "zero two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty sixty "
    "ninety hundred thousand deux trois quatre cinq sept huit neuf dix onze douze quinze vingt trente quarante "
    "cinquante soixante cent cents mille first second third premier premiere deuxieme"
)
EMPTY = frozenset(_EMPTY.split())
