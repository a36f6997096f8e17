/**
 * Common first names, surnames, towns and column names of each language that have letters beyond ASCII: what the
 * neighbours of such a letter are is what tells one encoding from another. Each is a word of the language, not a person.
 */

export const languages = [
  'de',
  'fr',
  'es',
  'pt',
  'it',
  'nl',
  'sv',
  'da',
  'is',
  'et',
  'pl',
  'cs',
  'hu',
  'sl',
  'ro',
  'tr',
  'ru',
  'lt',
  'lv',
  'el',
] as const
export type Language = (typeof languages)[number]

/** Words by language, in lower case, parted by spaces. */
export const nameSamples: Readonly<Record<Language, string>> = {
  de: `müller schröder böhm jürgen jörg günther schäfer krüger köhler könig möller weiß groß strauß bäcker jäger
    kühn höfer löffler schütz förster vögel kröger käthe björn sören mädchen männer straße größe läufer münchen köln
    düsseldorf würzburg nürnberg göttingen lübeck fürth österreich ärzte übung ölz änne özlem grün götz hübner rößler
    büttner fröhlich dörr grünwald häusler kräuter lüdecke mößner pfäffle röhl sänger täuber völker wöhrle zürich
    preußen heß thäter schön brüggemann büchner jänsch küster prüfer rühl stöcker süß trödel wünsche züge geschäft
    für über nächste früh männlich länge bestätigt straßer weißenburg großmann fußball geißler`,
  fr: `françois françoise frédéric hélène jérôme andré rené renée michèle geneviève joël noël zoé chloé anaïs loïc
    benoît benoîte céline cédric stéphane stéphanie sébastien grégory gérard thérèse valérie émilie éric étienne élodie
    aurélie mélanie léa théo léo maëlle gaël raphaël maël lefèvre lévêque guérin bénard français crépeau côté forêt
    château hôpital prénom catégorie équipe téléphone âge année genève orléans besançon nîmes mâcon saône rhône isère
    évêque hervé josé aimé désiré barthélémy règlement payé reçu à déjà là où après très père mère frère garçon leçon
    piqûre août goût brûlé dû mûr île maître aîné être fête tête prêt intérêt bibliothèque siège pièce collège
    desprès célèbre mérieux bérénice clémence clément médéric solène hélèna irène marlène agnès inès`,
  es: `garcía martínez rodríguez lópez pérez gómez sánchez fernández gonzález hernández díaz jiménez muñoz álvarez
    ramírez núñez ibáñez peña cañas león simón andrés josé maría jesús ángel óscar íñigo raúl héctor sofía lucía
    inés mónica verónica sebastián joaquín martín agustín adrián iván rubén germán julián tomás nicolás belén begoña
    español niño año años categoría número género móvil dirección población país teléfono cádiz málaga córdoba león
    ávila coruña logroño méxico bogotá medellín perú panamá asunción güell argüelles núria mendoña ordóñez yáñez
    estévez gálvez vázquez velázquez suárez méndez benítez domínguez gutiérrez ortíz marín durán beltrán cortés avilés
    toño patiño briceño quiñones treviño zúñiga antón ramón fermín crispín nº`,
  pt: `joão josé antónio antônio conceição gonçalves gonçalo simões magalhães guimarães assunção fundação são josé
    inês luís luísa andré mário cláudia mónica mônica cátia sónia sônia fábio sérgio júlio lúcia vítor víctor estêvão
    sebastião simão tomás araújo esteves brandão falcão leitão trindade lourenço mendonça valença bragança
    inscrição categoria género nº telefónico équipa não côrte lêdo têxtil avô avó três português portuguesa irmã maçã
    anunciação encarnação ascensão aragão galvão marçal vitória évora setúbal covilhã loulé portimão`,
  it: `nicolò niccolò mosè noè giosuè città società età perché però così più là è libertà à università forlì
    cefalù patanè tiralosì papà mansuè montà canè qualità attività località maternità`,
  nl: `daniël michaël raphaël joël noël chloé zoë loïs anaïs ruïne geïnd coördinatie één belgië italië patiënt
    categorieën ingeschreven désirée renée andré rené eloïse heloïse citroën hélène mariëlle mariëtte daniëlle gabriëlle
    michèle danté cliënt financiële`,
  sv: `åsa åke håkan mårten göran björn jörgen sören örjan örebro malmö göteborg växjö västerås umeå luleå skellefteå
    åberg öberg ström bergström lindström sjöberg sjöström söderberg söderström åkesson åström hägg häggström lönn
    nyström hedström engström blomström dahlström rönn rönnberg kälvesten sällskap födelseår förnamn efternamn kön man
    träd mäki mäkinen hämäläinen väisänen pääkkönen jyrkkä päivi väinö tyttö yrjö seppä kärkkäinen järvinen sirkiä
    jääskeläinen määttä hyvärinen töyrylä syrjälä jyväskylä hyvinkää björk grönlund grönberg märta pär pål mård
    lövgren löfgren hållbarhet lindén norén hedén ahlén thorén rosén armé allé älv ängel änglar ö över från på år åldersklass`,
  da: `søren jørgen jørgensen sørensen kjær kjærgaard ægir østergaard øst ørsted høj højgaard nørgaard nørrebro
    mølle møller bjørn bjørnar bjørg bjørnstad håkon håvard pål åse åge ågot ærø æbeltoft århus ålborg københavn køge
    tromsø bodø ålesund grønland grønn løken løvås lærke lærkedal bæk bækgaard sandnæs næss ås åsen ødegård ødegaard
    gård øyvind øystein torbjørn asbjørn arnbjørn esbjørn kåre gørill sølvi sølve sæther sætre fødselsår født køn løb
    løber løype klasse mænd kvinder sjælland skjær solbjørg åshild bråten bråthen hågen måløy tønsberg tøger thøger
    frølund frøkjær bøgh bøgelund brøndby brønd hjørring sønderborg rønne rømø læsø kræmer præst træ`,
  is: `sigurðsson guðmundur guðrún þór þórður þorsteinn þorbjörg jónsdóttir jón ólafur ólafsson árni ásta ásdís
    björk björn hörður sæmundur ævar örn össur ragnheiður friðrik daði eiður sigríður guðjón guðný hafþór ingibjörg
    jóhann jóhanna kristín kristján magnús óskar páll pétur rúnar sólveig sölvi stefán þóra þröstur ögmundur reykjavík
    höfn egilsstaðir ísafjörður ísland davíð aðalsteinn heiðar sveinbjörn snæbjörn gísli guðlaugur`,
  et: `tõnis tõnu jõgi jõesaar kõiv kõrv mõtus põld põder sõber õnne õun ülle ülo äli jüri jaan-jüri küllike käthlin
    kärt lääne mägi mäe mürk pärn pärnu tamm-pärn tšehhov šmidt võru võsu lõhmus lõoke rõuge rõõm tõll küla külli
    sünniaasta võistlus põlva jõhvi õismäe üürike müür järv järve räni saaremäe hõim põhja mõis sõrmus`,
  pl: `łukasz michał paweł świętoń poznań łódź gdańsk kraków wrocław rzeszów żaneta żółć źródło ćwik dąbrowski
    dąbrowska zieliński zielińska wiśniewski wiśniewska wójcik kamiński kamińska lewandowski kowalczyk szymański
    woźniak kozłowski kozłowska jabłoński jabłońska król wróbel pawłowski michałowski zając błaszczyk głowacki mały
    mikołaj bartłomiej stanisław władysław wacław jarosław mirosław radosław przemysław zdzisław bogusław rafał
    małgorzata agnieszka łucja elżbieta bożena grażyna józef józefa krzyś świątek świerczyński śliwa śniady sędzia
    gołębiowski gąsior pająk mróz stępień stępnień kępa kępiński bąk bąkowski wąs męski kobieta imię płeć data
    urodzenia żeński rok urodzenia miejscowość kraj rodło góra górski górecki żak żuk żurek żyła źrebak cieślak
    ślusarczyk różański różycki gałązka gałka sokół sokołowski biały białystok biała częstochowa częstochowski łuczak
    łoś łapiński łęcki łęczna zięba brzęk więcek jędrzej jędrzejczak bień kwiecień wrzesień sień nowogród słońce
    słowik słupsk piątek dzięcioł węgrzyn bułka tchórz skóra zdrój tyń toruń olesiński pasłęk ostrołęka`,
  cs: `dvořák dvořáková novák nováková jiří jiřina šumava žďár černý černá svoboda procházka kučera kučerová veselý
    veselá horák horáková němec němcová marek pospíšil pospíšilová hájek hájková král králová jelínek růžička růžičková
    beneš benešová fiala sedláček sedláčková doležal zeman kolář kolářová krejčí čermák čermáková urban vaněk vaňková
    blažek křížek kříž kratochvíl kopecký kopecká šimek šimková konečný malý holub čech čechová štěpánek štěpán vávra
    říha říhová bláha bláhová tomáš lukáš ondřej matěj václav vojtěch zdeněk zdeňka miloš aleš radoš bořek přemysl
    kateřina alžběta božena dáša anežka žaneta věra květa růžena šárka markéta terezie zuzana lucie petřík příbram
    plzeň brno praha děčín třebíč přerov šumperk havířov příjmení jméno ročník pohlaví město muž žena oddíl kategorie
    závod běh hřiště šťastný ťulák ľubica ľudovít ľuboš ján juraj mária katarína žilina prešov košice nitra štefan
    hronský vlček jurčo baláž kováč kováčová horváth horváthová šťastná ďurica ďuriš ďurčo tóth tóthová krajčír mišík
    peťo kôň stôl môj kŕč vŕba hĺbka dĺžka tĺčik zvolenský žiar šaľa tomášová křen řezník řehoř hynčica úterý ústí
    ústecký ústav kůň dům bůh můj nůž stůl mladý nový starý lyžař střelec`,
  hu: `szabó tóth kovács horváth kiss molnár németh farkas balogh papp takács juhász lakatos mészáros oláh simon
    rácz fekete szűcs szűts gergő zoltán lászló józsef jános sándor istván ferenc gábor péter tamás ádám ákos árpád
    béla dénes dezső ernő jenő győző győr gyöngyi györgy györgyi éva ágnes mária katalin ildikó ilona erzsébet zsófia
    rózsa klára júlia szilárd őri őrsi űrhajós kőszegi kőrösi körösi bíró bőhm erdős erdősi szőke szőllősi hegedűs
    fürdő sütő pethő szentgyörgyi török böröcz fülöp köllő lőrincz lőrinc gödöllő mezőkövesd kőbánya debreceni
    székesfehérvár pécs törökbálint nő férfi születési név vezetéknév keresztnév város egyesület távol fő pető dömötör
    töröcsik csörgő csősz döme bözsi ödön özséb ügyes ütő bús újvári újpest úszó ősz sebők csőke tőkés vörös zöld
    gyűrű tűz fű hűvös`,
  sl: `čerin čeh češnik žagar žnidarič žižek šuštar šuštarič škof škofja kovač kovačič horvat hočevar zupančič
    kolarič božič novaković petrović jovanović nikolić marković đorđević đurić đukić pavlović ilić lukić perić babić
    knežević božić vuković kovačević tomić matić grubišić šimić šarić čović ćosić ćurić ćiro žarko željko željka
    dragiša miloš uroš saša nataša snežana mišo duško maša tjaša špela anže blaž matjaž matevž jošt nežka žiga črt
    krešimir zvonimir držislav hrvoje anđela mlađen ljubiša tončić tončica andrić bašić radić jurić jurišić vlašić
    križ križaj bežigrad kočevje črnomelj šibenik đakovo požega čakovec niš čačak užice`,
  ro: `ştefan șerban ionuţ ioniţă constanţa timişoara iaşi bucureşti braşov cluj ţurcanu ţepeş ciprian mădălina
    cătălin cătălina răzvan rădulescu pârvu pârvulescu mândru înălţime stăncescu dănilă lăcrămioara luminiţa vasile
    moldoveanu negoiţă bălan băsescu popă câmpina târgu drăgan drăguşin hâncu şoric şandru şuteu vâlcea bârlad
    brătianu brâncuşi gheorghiţă floreşti aniţa naşterii vârstă bărbat băiat fată judeţ oraş`,
  tr: `yıldız yıldırım yılmaz şahin şimşek doğan öztürk çelik çetin kılıç aydın aydoğan özdemir özkan özgür arslan
    koç kaya gökhan gülşen çağlar çağrı tuğba tuğçe buğra oğuz oğuzhan ışık ışıl ılgaz istanbul İstanbul İzmir İbrahim
    İsmail İlker İpek ayşe ayşegül fatoş gülşah şükrü şule şeyma ümit ünal ülkü üçgül ölmez önder ömer eroğlu
    mustafaoğlu kılınç kıvanç altıntaş demirtaş karataş taşkın taşdemir güneş günay müge nilüfer türkan züleyha
    bayraktaroğlu çakır çavuş coşkun dağ dağdelen erdoğan eğilmez kadın yaş doğum tarihi soyadı adı erkek koşu koşucu
    kulüp şehir kırmızı sarı çalışkan yağmur yiğit tayfun akın alkım balcı barış bıçak uğur doğu buğday yağız ağca bağcı dağlı şenol şerif şenay şeker şirin şahan yeşil aşık ışın sığın ırmak sıla sırma`,
  ru: `иван петров спартак сергей сергеев алексей алексеев дмитрий дмитриев александр александрова елена ольга татьяна
    наталья мария анна екатерина светлана ирина юлия людмила владимир виктор николай николаев михаил андрей павел олег
    игорь юрий евгений константин григорий фёдор пётр илья кирилл роман максим артём денис антон вячеслав станислав
    кузнецов смирнов попов васильев соколов михайлов новиков федоров морозов волков лебедев козлов степанов орлов
    макаров захаров зайцев соловьев борисов яковлев щербаков жуков шевченко шаповалов цветков чернов хохлов эдуард
    москва санкт-петербург новосибирск екатеринбург казань челябинск пермь воронеж ростов-на-дону уфа омск
    фамилия имя отчество пол год рождения город клуб команда номер дистанция мужской женский разряд
    ковальчук бондаренко ткаченко олійник київ львів харків україна ірина олексій юрій андрій ґалаґан їжак єгор
    янка кастусь мінск ўладзімір георги димитър пламен стоянов софия българия драгиња љубиша ђорђе ћирић`,
  lt: `žukauskas kęstutis čepaitis šarūnas žydrūnas jūratė rūta eglė birutė dalė gintarė rasa monika mindaugas
    vytautas kazlauskienė petrauskaitė jankauskaitė stankevičius šimkus žilinskas paulauskienė butkutė tomaitė ąžuolas
    šiauliai panevėžys klaipėda marijampolė vardas pavardė gimimo mėnuo lytis komanda moteris įmonė žmogus gražina
    žemaitis šilutė saulė aistė austėja agnė ieva ūkis sūnus mažeikiai kėdainiai jonušas kučinskas vaičiūnas
    bružas grybauskaitė`,
  lv: `jānis bērziņš kārlis pēteris mārtiņš ozoliņš kalniņš krūmiņš liepiņš zariņš balodis eglītis pētersons āboliņš
    vītols vītoliņš kristīne ilze inga līga zane sanita rīga daugavpils liepāja jelgava jūrmala ventspils rēzekne
    valmiera jēkabpils vārds uzvārds dzimšanas gads dzimums vīrietis sieviete šķēle ķēniņš ļaudis ģirts ēriks žanis
    čakste ņikita ūdris ādažu skrējiens sacensības dāvis rūdolfs mūrnieks grīnbergs siliņš gailītis lācis lapiņa
    kļaviņš kļava ziediņš`,
  el: `γιώργος παπαδόπουλος δημήτρης κωνσταντίνος νίκος νικόλαος ιωάννης γιάννης βασίλης χρήστος παναγιώτης μαρία
    ελένη κατερίνα αικατερίνη σοφία αγγελική γεωργία ευάγγελος αντώνης αθανάσιος σπύρος θεόδωρος ηλίας μιχάλης
    στέλιος αλέξανδρος παπαδοπούλου οικονόμου νικολάου γεωργίου δημητρίου αθήνα θεσσαλονίκη πάτρα λάρισα ηράκλειο
    επώνυμο όνομα ημερομηνία γέννησης φύλο σύλλογος άνδρας γυναίκα κατηγορία ξενοφών ψαρράς ζωή`,
}
