/**
 * How lists name their columns: English, German, French, Spanish, Italian, Dutch, Swedish, Norwegian, Danish, Polish,
 * Czech, and the headers of registration and timing programs. Pure.
 *
 * A header is compared as a whole, never by a word inside it: "Emergency phone" is not a phone, "Coach e-mail" is not
 * the runner's.
 */

const letters: Readonly<Record<string, string>> = {
  ß: 'ss',
  ø: 'o',
  æ: 'ae',
  œ: 'oe',
  ł: 'l',
  đ: 'd',
  ı: 'i',
}

/** Field of a start list → headers, in any spelling. */
const words: Readonly<Record<string, readonly string[]>> = {
  event: list(
    'event|event name|veranstaltung|événement|evento|evenement|arrangement|wydarzenie|akce',
  ),
  bib: list(`kilpailunumero|número de peito|bib|bib no|bib nr|bib num|bib number|race no|race nr|race number|start no|start nr|start number|stno|st no|
    runner number|runner no|participant number|participant no|season bib|existing bib|starting number|number bib|bib assigned|plate|plate number|
    startnummer|start nummer|stnr|st nr|snr|startnr|rückennummer|teilnehmernummer|dossard|no dossard|n dossard|
    numéro de dossard|num dossard|dossard no|dorsal|número de dorsal|num dorsal|nº dorsal|n dorsal|pettorale|pett|
    numero pettorale|num pettorale|n pettorale|nr pettorale|numero di gara|rugnummer|borstnummer|nummerlapp|nrlapp|
    startnum|brystnummer|numer startowy|nr startowy|nr start|num startowy|startovní číslo|start číslo|st číslo|
    st č|startovní č|číslo startovní|стартовый номер`),
  first_name:
    list(`etunimi|etunimet|primeiro nome|first|first name|fname|f name|firstname|given name|given names|givenname|forename|forenames|
    christian name|name first|vorname|vornamen|rufname|prénom|prénoms|primer nombre|nombre de pila|nombres|
    prenome|voornaam|roepnaam|förnamn|tilltalsnamn|fornavn|imię|imiona|křestní jméno|křestní|имя`),
  last_name:
    list(`sukunimi|apelido|sobrenome|último nome|last|last name|lname|l name|lastname|surname|sur name|family name|familyname|name last|
    nachname|familienname|zuname|nom de famille|nom famille|apellido|apellidos|primer apellido|cognome|achternaam|
    familienaam|efternamn|släktnamn|etternavn|efternavn|nazwisko|příjmení|фамилия`),
  gender:
    list(`sukupuoli|gender|sex|male female|gender identity|geschlecht|geschl|genre|sexe|género|sexo|
    genere|sesso|geslacht|kön|kjønn|køn|płeć|pohlaví|пол`),
  age: list(`age|age on race day|age on event day|race age|raceday age|age on day|current age|age at event|
    alter|âge|edad|età|leeftijd|ålder|alder|wiek|věk|возраст`),
  date_of_birth:
    list(`syntymäaika|syntymäpäivä|data de nascimento|data nascimento|nascimento|date of birth|dob|d o b|birth date|birthdate|birthday|birth day|born|born on|date birth|
    birth|bday|geburtsdatum|geb datum|gebdatum|geburtstag|geb dat|geboren|geboren am|geb|date de naissance|
    naissance|né e le|né le|date naissance|fecha de nacimiento|fecha nacimiento|f nacimiento|nacimiento|fec nac|
    fecha nac|data di nascita|data nascita|nato il|nascita|geboortedatum|geb dat|födelsedatum|född|födelsedag|
    födelsetid|fødselsdato|født|fødselsdag|fødselsdag og år|data urodzenia|data ur|urodzony|dt urodzenia|
    datum narození|narozen|narození|dat nar|дата рождения|dateofbirth`),
  email:
    list(`sähköpostiosoite|sähköposti|correio electrónico|email|e mail|mail|email address|e mail address|mail address|emailaddress|e mail adresse|email adresse|
    mailadresse|mail adresse|adresse e mail|adresse email|adresse mail|courriel|mél|correo|correo electrónico|
    correo e|dirección de correo|indirizzo email|indirizzo e mail|posta elettronica|e mailadres|emailadres|mailadres|
    e post|epost|e postadress|epostadress|mejl|e postadresse|epostadresse|adres e mail|adres email|poczta|
    adresa e mail|e mailová adresa|почта`),
  phone:
    list(`puhelin|puhelinnumero|telefone|telemóvel|phone|phone number|phone no|telephone|telephone number|tel|tel no|tel nr|tel number|mobile|mobile phone|
    mobile number|mobile no|mobilephone|cell|cell phone|cellphone|cell number|contact number|home phone|phone 1|
    telefon|telefonnummer|telefon nr|handy|handynummer|handy nr|mobil|mobilnummer|mobiltelefon|mobilfunk|téléphone|
    numéro de téléphone|portable|tél|tél portable|mobile portable|gsm|teléfono|teléfono móvil|móvil|celular|
    telefono|cellulare|numero di telefono|telefoon|telefoonnummer|mobiele telefoon|mobiel|mobiel nummer|
    telefonnr|mobilnr|mobilnummer|tlf|tlf nr|tlfnr|mobil telefon|numer telefonu|nr telefonu|nr tel|komórka|
    telefon komórkowy|telefonní číslo|mobilní telefon|телефон`),
  street:
    list(`street|street address|address|address 1|address line 1|address1|addr|addr 1|street 1|home address|
    postal address|mailing address|road|strasse|straße|str|strasse nr|strasse hausnummer|strasse und hausnummer|
    anschrift|adresse|adresse 1|rue|adresse postale|voie|calle|dirección|domicilio|via|indirizzo|straat|
    straatnaam|straat en huisnummer|adres|adress|gatuadress|gata|gateadresse|gate|vej|ulica|ulica i numer|ulice|
    ulice a číslo|adresa|адрес`),
  city: list(`paikkakunta|kaupunki|kotipaikka|cidade|city|town|city town|town city|hometown|home town|home city|postal town|post town|addr city|adr ort|city name|residence|place of residence|ort|wohnort|
    stadt|ort wohnort|gemeinde|ville|commune|localité|ciudad|población|localidad|municipio|città|comune|località|
    plaats|woonplaats|stad|gemeente|ort stad|postort|bostadsort|hemort|sted|poststed|by|bosted|bopæl|miasto|
    miejscowość|město|obec|bydliště|место жительства|город`),
  state:
    list(`state|province|state province|province state|state prov|home state|state region|county|region|bundesland|land kanton|
    kanton|département|canton|provincia|comunidad autónoma|comunidad|provincie|län|landskap|fylke|
    województwo|kraj region`),
  postal_code:
    list(`postal code|postalcode|post code|postcode|zip|zip code|zip postal|zipcode|zip postal code|zip postcode|
    postal|postal zip code|plz|postleitzahl|code postal|cp|c p|código postal|cod postal|cód postal|cap|
    codice postale|pc|postcode huisnummer|postnummer|postnr|post nr|kod pocztowy|psč|индекс`),
  country:
    list(`maa|país de residência|country|country code|country of residence|countrycode|land|wohnland|staat|pays|país|pais|paese|stato|
    landcode|kraj|kraj zamieszkania|země|stát|страна`),
  nationality:
    list(`kansalaisuus|nacionalidade|nationality|nation|nat|noc|citizenship|cittadinanza|citoyenneté|ciudadanía|
    staatsbürgerschaft|nationality code|ioc|staatsangehörigkeit|nationalität|
    nationalitaet|nationalité|nacionalidad|nazionalità|nazione|naz|nationaliteit|nationalitet|statsborgerskap|
    statsborgerskab|narodowość|obywatelstwo|národnost|státní příslušnost|гражданство`),
  club: list(`cl name|abk|abbr|nom du club|nom club|seura|clube|club|club name|clubname|running club|school|school name|schule|école|
    colegio|scuola|skola|skole|szkoła|škola|athletics club|organisation|organization|verein|vereinsname|
    verein team|team verein|club team|team club|verein ort|laufverein|club équipe|association|societe|société|club societe|asociación|
    società|società sportiva|società di appartenenza|vereniging|clubnaam|klubb|förening|klubb förening|forening|
    klubb lag|klub|nazwa klubu|klub sportowy|klub team|oddíl|oddíl klub|název klubu|клуб|коллектив`),
  team: list(`joukkue|equipa|equipe|team|team name|teamname|relay team|relay team name|mannschaft|mannschaftsname|équipe|nom d équipe|nom équipe|equipo|
    nombre del equipo|nombre equipo|squadra|nome squadra|ploeg|ploegnaam|lag|lagnamn|lagnavn|hold|holdnavn|
    drużyna|nazwa drużyny|zespół|tým|družstvo|název týmu|команда`),
  race: list(`matka|prova|distância|race|race name|distance|race distance|event distance|distance name|competition|contest|contest name|    
    course|course name|discipline|strecke|streckenlänge|wettbewerb|wettbewerb name|lauf|laufname|disziplin|bahn|rennen|épreuve|parcours|carrera|prueba|
    distancia|recorrido|modalidad|gara|percorso|distanza|wedstrijd|afstand|onderdeel|lopp|sträcka|distans|
    løp|distanse|øvelse|løb|løype|bieg|dystans|trasa|závod|trať|disciplína|дистанция`),
  start_group:
    list(`start group|startgroup|start wave|wave|wave name|corral|start corral|heat|heat name|startgruppe|
    startblock|start block|welle|startwelle|block|vague|sas|sas de départ|sas départ|oleada|cajón|cajón de salida|
    ola|onda|griglia|griglia di partenza|gruppo di partenza|startvak|vak|startgroep|startgrupp|startled|led|
    startgruppe|pulje|startpulje|heat nr|fala|strefa startowa|strefa|grupa startowa|vlna|koridor|
    startovní skupina|startovní vlna`),
  tag: list(`tag|tag no|tag number|tag id|tag code|season tag|existing tag|chip|chip no|chip nr|chip number|chip id|chip code|chipno|chipnr|
    chipid|chipcode|chip 1|chip1|chip no 1|tag 1|tag1|transponder|transponder 1|transponder no|transponder id|
    transponder code|epc|rfid|rfid tag|si card|si no|si nr|si number|si chip|sicard|sportident|si card number|emit|
    emitag|e card|ecard|card no|card number|chipnummer|si karte|si karten nr|puce|no puce|numéro de puce|
    n puce|doigt|número de chip|numero chip|n chip|brikke|brikkenr|brikkenummer|bricknr|bricka|
    numer chipa|nr chipa|číslo čipu|čip|číslo si|чип|номер чипа`),
  spare_tag:
    list(`spare tag|second tag|tag 2|tag2|season tag 2|existing tag 2|second chip|chip 2|chip2|chip no 2|chip nr 2|spare chip|
    backup chip|backup tag|transponder 2|transponder2|zweitchip|zweiter chip|ersatzchip|puce 2|deuxième puce|
    segundo chip|secondo chip|tweede chip|andra chip|chip b|drugi chip|druhý čip`),
  leg: list(
    'leg|leg no|leg number|relay leg|teilstrecke|etappe|relais no|relevo|tappa|úsek|zmiana',
  ),
  name_prefix: list(
    'tussenvoegsel|tussenvoegsels|voorvoegsel|voorvoegsels|infix|name infix|namenszusatz|adelszusatz',
  ),
  category:
    list(`sarja|escalão|category|cat|category name|category entered|category entered merchandise ordered|class|class name|classname|age group|agegroup|age category|division|div|
    age class|kategorie|kat|klasse|ak|altersklasse|wertung|catégorie|classe|classe d âge|
    categoría|categoria|cat edad|classe di età|categorie|klas|leeftijdsklasse|klass|tävlingsklass|aldersklasse|
    kategoria|kategoria wiekowa|kat wiekowa|věková kategorie|kategorie věk|группа|категория`),
  status:
    list(`status|registration status|entry status|participant status|attendee status|state of registration|anmeldestatus|
    teilnahmestatus|statut|état|statut inscription|estado|estado inscripción|stato iscrizione|
    inschrijfstatus|anmälningsstatus|påmeldingsstatus|status zgłoszenia|stav|stav přihlášky`),
  paid: list(`paid|payment|payment status|has paid|fee paid|paid status|bezahlt|gezahlt|zahlung|zahlstatus|
    zahlungsstatus|payé|payée|paiement|statut du paiement|pagado|pago|pagada|pagato|pagamento|betaald|betaling|
    betald|betalt|betalning|opłacone|zapłacone|opłata|płatność|zaplaceno|platba|оплата`),
  shirt:
    list(`paidan koko|paitakoko|tamanho t shirt|shirt|shirt size|shirtsize|t shirt|tshirt|t shirt size|tshirt size|tee size|tee shirt|tee shirt size|
    jersey|jersey size|giveaway|give away|shirtgrösse|shirt grösse|t shirt grösse|tshirt grösse|shirtgroesse|
    t shirt groesse|trikotgrösse|taille t shirt|taille tee shirt|taille|talla|talla camiseta|talla de camiseta|
    camiseta|taglia|taglia maglietta|taglia t shirt|maglia|maat shirt|shirtmaat|t shirt maat|
    t shirtstorlek|tröjstorlek|t tröja|t skjorte|t skjortestørrelse|t shirt størrelse|koszulka|
    rozmiar koszulki|tričko|velikost trička|velikost tričko`),
  emergency_contact:
    list(`emergency contact|emergency contact name|emergency name|emergencycontact|ice|ice name|ice contact|
    emergency contact person|in case of emergency|next of kin|notfallkontakt|notfall kontakt|notfallperson|
    name notfallkontakt|contact d urgence|contact urgence|personne à contacter|personne à prévenir|
    contacto de emergencia|contacto emergencia|contatto di emergenza|contatto emergenza|noodcontact|
    contactpersoon noodgeval|nödkontakt|anhörig|kontaktperson|pårørende|nødkontakt|kontakt alarmowy|
    kontakt w nagłych wypadkach|nouzový kontakt|kontakt pro případ nouze`),
  emergency_phone:
    list(`emergency phone|emergency number|emergency contact phone|emergency contact number|
    emergency contact phone number|emergency contact no|emergency contact telephone|emergency tel|emergency telephone|emergency mobile|
    ice phone|ice number|ice tel|ice contact number|notfallnummer|notfall telefon|notfalltelefon|
    notfallkontakt telefon|telefon notfallkontakt|notfallkontakt nummer|téléphone d urgence|téléphone urgence|n tél urgence|
    numéro d urgence|tél urgence|teléfono de emergencia|teléfono emergencia|telefono di emergenza|
    telefono emergenza|numero di emergenza|noodnummer|telefoon noodcontact|telefoonnummer noodcontact|
    nödnummer|telefon nödkontakt|nødnummer|telefon pårørende|telefon alarmowy|nouzový telefon|telefon nouzový`),
  medical_conditions:
    list(`medical conditions|medical condition|medical|medical alert|medical information|medical info|
    medical notes|health conditions|health|allergies|medizinische hinweise|medizinisches|vorerkrankungen|
    gesundheit|problèmes médicaux|informations médicales|información médica|enfermedades|
    informazioni mediche|medische informatie|medische gegevens|medicinsk information|sjukdomar|
    medisinske opplysninger|informacje medyczne|choroby|zdravotní informace|zdravotní stav`),
  waiver:
    list(`waiver|waiver signed|signed waiver|waiver accepted|liability waiver|haftungsausschluss|
    haftungsausschluss akzeptiert|décharge|descargo|liberatoria`),
  notes:
    list(`notes|note|comment|comments|remark|remarks|bemerkung|bemerkungen|kommentar|kommentare|notiz|notizen|
    anmerkung|anmerkungen|hinweis|commentaire|commentaires|remarque|remarques|observaciones|comentarios|nota|notas|
    commenti|osservazioni|opmerking|opmerkingen|anteckning|anteckningar|anmärkning|merknad|merknader|
    bemærkning|bemærkninger|uwagi|komentarz|poznámka|poznámky|примечание`),
}

/** Headers of one name in one column, given name first. */
const fullNames =
  list(`full name|fullname|runner|runner name|athlete|athlete name|participant|participant name|
  competitor|competitor name|entrant|entrant name|rider|walker|swimmer|teilnehmer|teilnehmername|läufer|athlet|name teilnehmer|
  vor und nachname|vor und zuname|vollständiger name|nom complet|coureur|participant e|nombre completo|corredor|corredora|atleta|participante|
  nome completo|concorrente|volledige naam|deelnemer|loper|fullständigt namn|deltagare|löpare|fullt navn|deltaker|løper|deltager|
  fulde navn|zawodnik|uczestnik|závodník|účastník|celé jméno|first and last name|first last name|first last|
  фио|участник`)

/** Headers that are the whole name, or one half of it where another column is the other half. */
const names = new Map<string, 'full' | 'first' | 'last'>(
  Object.entries({
    name: 'last',
    namen: 'last',
    names: 'full',
    naam: 'last',
    namn: 'last',
    navn: 'last',
    nom: 'last',
    nombre: 'first',
    nome: 'first',
    jmeno: 'first',
    nazwa: 'full',
  } as const),
)

/** Headers that say little: taken where no other column fills the field. */
const weak = new Map(
  Object.entries({
    no: 'bib',
    nr: 'bib',
    num: 'bib',
    nummer: 'bib',
    number: 'bib',
    numero: 'bib',
    numer: 'bib',
    cislo: 'bib',
    racetype: 'race',
    subevent: 'race',
    tickettype: 'race',
    ticketname: 'race',
    номер: 'bib',
  }),
)

/** Columns that are known and that Marshal keeps nothing of: a year of birth is no birth date. */
const known = new Set(
  list(`yob|year of birth|birth year|birthyear|yearofbirth|born year|yb|jahrgang|jg|jahrg|geburtsjahr|
    année de naissance|annee naissance|année|año de nacimiento|año nacimiento|anno di nascita|anno nascita|anno|
    geboortejaar|födelseår|fødselsår|fødeår|rok urodzenia|rok ur|rocznik|rok narození|ročník|год рождения|г р`).map(
    plainHeader,
  ),
)

/** What is compared of a header: its letters and digits, without case and accents. */
export function plainHeader(header: string): string {
  return header
    .toLowerCase()
    .replace(/[ßøæœłđı]/g, (letter) => letters[letter]!)
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N}]/gu, '')
}

function list(text: string): readonly string[] {
  return text.split('|').map((word) => word.trim())
}

const fieldByWord = new Map<string, string>()
for (const [field, spellings] of Object.entries(words)) {
  for (const spelling of [field, ...spellings]) {
    const plain = plainHeader(spelling)
    // Languages share words; the field that is listed first has it.
    if (!fieldByWord.has(plain)) fieldByWord.set(plain, field)
  }
}
const wholeNames = new Set(fullNames.map(plainHeader))

/** What a header says of its column. */
export type HeaderMeaning =
  | { readonly field: string; readonly weak: boolean }
  /** The whole name, in this order; `half` is what it is where another column is the other half. */
  | { readonly name: 'first-last' | 'last-first'; readonly half: 'first' | 'last' | null }
  /** Known, and nothing Marshal keeps. */
  | { readonly none: 'year-of-birth' }

/** Words before and behind the one that counts: "Participant: first name", "Your e-mail address", "Runner's DOB". */
const around =
  /^(?:please )?(?:enter |select |choose |what is )?(?:(?:your|my|the|ihr|ihre|dein|deine|votre|il tuo) )?(?:(?:runner|participant|athlete|entrant|registrant|competitor|teilnehmer)(?: s|s)? )?/u

const brackets = /[([{][^)\]}]*[)\]}]?/g

/** M/F, V/M, M/W/D; without a sign between them they may be kilometres. */
const genderLetters = /^\s*[mfwvkhdž]\s*[/|]\s*[mfwvkhdnž](?:\s*[/|]\s*[dxon])?\s*$/iu

/** How a header says the order of its dates: dd/mm/yyyy, TT.MM.JJJJ, jj/mm/aaaa. */
const dateFormat = /(?<!\p{L})[dtjgmyaår]{1,4}([./-])[dtjgmyaår]{1,4}\1[dtjgmyaår]{2,4}(?!\p{L})/iu

/** Lower case, one space between words. */
function spaced(header: string): string {
  return header
    .toLowerCase()
    .normalize('NFKC')
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim()
}

/** What a header says; null for one nobody knows. */
export function meaningOfHeader(header: string): HeaderMeaning | null {
  if (/^\s*(?:[#№]|n\s*[°º]\.?)\s*$/i.test(header)) return { field: 'bib', weak: true }
  if (genderLetters.test(header)) return { field: 'gender', weak: false }
  const bare = header.replace(brackets, ' ').replace(dateFormat, ' ')
  const inner = spaced(bare).replace(around, '')
  // Programs number fields they have several of.
  const whole =
    meaningOf(header) ??
    meaningOf(bare) ??
    meaningOf(inner) ??
    meaningOf(inner.replace(/ ?1$/, '')) ??
    (/[#№]/.test(header) ? meaningOf(bare.replace(/[#№]/g, ' nr ')) : null)
  if (whole !== null) return whole
  const both = halvesOf(bare) ?? inSection(bare)
  if (both !== null) return both
  // Several languages in one header; a part nobody knows may say that it is somebody else's.
  const parts = bare.split(/\s*[/|\n]\s*|\s+-\s+/).filter((part) => part.trim() !== '')
  if (parts.length < 2) return null
  const meanings = parts.map(
    (part) => meaningOf(part) ?? meaningOf(spaced(part).replace(around, '')),
  )
  return meanings.includes(null) ? null : meanings[0]!
}

function meaningOf(header: string): HeaderMeaning | null {
  const plain = plainHeader(header)
  const field = fieldByWord.get(plain)
  if (field !== undefined) return { field, weak: false }
  if (wholeNames.has(plain)) return { name: 'first-last', half: null }
  if (known.has(plain)) return { none: 'year-of-birth' }
  const name = names.get(plain)
  if (name !== undefined) return { name: 'first-last', half: name === 'full' ? null : name }
  const little = weak.get(plain)
  return little === undefined ? null : { field: little, weak: true }
}

/** Parts of an entry form that are the runner's own. */
const ownSections = new Set(
  list(`entry|entry details|personal details|personal information|participant details|runner details|athlete details|
    competitor details|race details|registration|persönliche daten|teilnehmerdaten|anmeldung`).map(
    plainHeader,
  ),
)
/** Parts of a form that also name somebody else, or what only a doctor asks. */
const emergencySections = /^(?:emergency|medical|notfall)/

/** A header behind the part of the form it was asked in: "Entry details - Club". */
function inSection(header: string): HeaderMeaning | null {
  const [section, asked] = header.split(/\s+-\s+/, 2)
  if (section === undefined || asked === undefined) return null
  const meaning = meaningOf(asked)
  if (ownSections.has(plainHeader(section))) return meaning
  const field = meaning !== null && 'field' in meaning ? meaning.field : ''
  const isOf = emergencySections.test(plainHeader(section)) && /^(?:emergency|medical)/.test(field)
  return isOf ? meaning : null
}

/** Both halves of a name in one header: "Nachname, Vorname". */
function halvesOf(header: string): HeaderMeaning | null {
  const parts = spaced(header).split(' ').map(plainHeader)
  if (parts.length > 5) return null
  const half = (wanted: 'first' | 'last') => {
    const sure = parts.findIndex((part) => fieldByWord.get(part) === `${wanted}_name`)
    // In "first name" the second word is no half of its own.
    return sure >= 0
      ? sure
      : parts.findIndex(
          (part, at) => names.get(part) === wanted && !qualifiers.has(parts[at - 1] ?? ''),
        )
  }
  const [first, last] = [half('first'), half('last')]
  if (first < 0 || last < 0) return null
  return { name: first < last ? 'first-last' : 'last-first', half: null }
}
const qualifiers = new Set(['first', 'last', 'given', 'family', 'full'])

/** Headers that say something only beside another one: orienteering programs write classes as Short and Long. */
const besides = new Map([
  ['short', 'long'],
  ['kurz', 'lang'],
])

/** What a header says beside the others of its file; null for nothing. */
export function meaningBeside(header: string, columns: readonly string[]): HeaderMeaning | null {
  const other = besides.get(plainHeader(header))
  const isThere = other !== undefined && columns.some((column) => plainHeader(column) === other)
  return isThere ? { field: 'category', weak: true } : null
}

/** Whether a cell of a first line is the name of a column rather than somebody's value. */
export function isHeaderWord(cell: string): boolean {
  return meaningOfHeader(cell) !== null
}
