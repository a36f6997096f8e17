/** Countries as lists write them: ISO letters, those of the sports federations, names in many languages. Pure. */
import { getAlpha3Codes, getNames, registerLocale } from 'i18n-iso-countries/index.js'
import cs from 'i18n-iso-countries/langs/cs.json' with { type: 'json' }
import da from 'i18n-iso-countries/langs/da.json' with { type: 'json' }
import de from 'i18n-iso-countries/langs/de.json' with { type: 'json' }
import en from 'i18n-iso-countries/langs/en.json' with { type: 'json' }
import es from 'i18n-iso-countries/langs/es.json' with { type: 'json' }
import fr from 'i18n-iso-countries/langs/fr.json' with { type: 'json' }
import it from 'i18n-iso-countries/langs/it.json' with { type: 'json' }
import nl from 'i18n-iso-countries/langs/nl.json' with { type: 'json' }
import no from 'i18n-iso-countries/langs/no.json' with { type: 'json' }
import pl from 'i18n-iso-countries/langs/pl.json' with { type: 'json' }
import sv from 'i18n-iso-countries/langs/sv.json' with { type: 'json' }
import { plainHeader } from './header-words.ts'

const languages = [en, de, fr, es, it, nl, sv, no, da, pl, cs]

/** Letters of the Olympic committees and of sports federations that differ from ISO 3166. */
const federations: Readonly<Record<string, string>> = Object.fromEntries(
  `AHO AN,ALG DZ,ANG AO,ANT AG,ARU AW,ASA AS,BAH BS,BAN BD,BAR BB,BER BM,BHU BT,BIZ BZ,BOT BW,BRU BN,BUL BG,BUR BF,CAM KH,
  CAY KY,CGO CG,CHA TD,CHI CL,CRC CR,CRO HR,DEN DK,ESA SV,FIJ FJ,GAM GM,GBS GW,GEQ GQ,GER DE,GRE GR,GRN GD,GUA GT,GUI GN,
  HAI HT,HON HN,INA ID,IRI IR,ISV VI,IVB VG,KOS XK,KSA SA,KUW KW,LAT LV,LBA LY,LES LS,MAD MG,MAS MY,MAW MW,MGL MN,MON MC,
  MRI MU,MTN MR,MYA MM,NCA NI,NED NL,NEP NP,NGR NG,NIG NE,OMA OM,PAR PY,PHI PH,PLE PS,POR PT,PUR PR,RSA ZA,SAM WS,SEY SC,
  SIN SG,SKN KN,SLO SI,SOL SB,SRI LK,SUD SD,SUI CH,TAN TZ,TGA TO,TOG TG,TPE TW,TTO TT,UAE AE,URU UY,VAN VU,VIE VN,VIN VC,
  ZAM ZM,ZIM ZW,UK GB`
    .split(',')
    .map((pair) => pair.trim().split(' ') as [string, string]),
)

/** Names the lists of names leave out. */
const otherNames: Readonly<Record<string, string>> = {
  usa: 'US',
  us: 'US',
  america: 'US',
  unitedstates: 'US',
  unitedstatesofamerica: 'US',
  uk: 'GB',
  greatbritain: 'GB',
  england: 'GB',
  scotland: 'GB',
  wales: 'GB',
  northernireland: 'GB',
  grossbritannien: 'GB',
  holland: 'NL',
  czechrepublic: 'CZ',
  czechia: 'CZ',
  tschechien: 'CZ',
  southkorea: 'KR',
  northkorea: 'KP',
  korea: 'KR',
  russia: 'RU',
  turkey: 'TR',
  turkiye: 'TR',
  uae: 'AE',
  vietnam: 'VN',
  taiwan: 'TW',
  iran: 'IR',
  kosovo: 'XK',
  bundesrepublikdeutschland: 'DE',
  brd: 'DE',
  brasil: 'BR',
  espana: 'ES',
  suisse: 'CH',
  schweiz: 'CH',
  svizzera: 'CH',
  osterreich: 'AT',
  oesterreich: 'AT',
  republicofireland: 'IE',
  eire: 'IE',
}

/** Home nations that start under letters of their own and share a telephone network. */
const homeNations = new Set(['ENG', 'SCO', 'WAL', 'NIR'])

let byName: ReadonlyMap<string, string> | null = null

/** Made when the first name is asked for: most lists have letters only. */
function names(): ReadonlyMap<string, string> {
  if (byName !== null) return byName
  const found = new Map<string, string>()
  for (const locale of languages) {
    registerLocale(locale)
    const list = getNames(locale.locale, { select: 'all' })
    for (const [letters, spellings] of Object.entries(list)) {
      for (const spelling of spellings) {
        const plain = plainHeader(spelling)
        if (!found.has(plain)) found.set(plain, letters)
      }
    }
  }
  for (const [name, letters] of Object.entries(otherNames)) found.set(name, letters)
  return (byName = found)
}

const byThree: Readonly<Record<string, string>> = getAlpha3Codes()
const known = new Set(Object.values(byThree))

/**
 * The two letters of a country (ISO 3166), for letters of any kind or a name. Letters nobody knows stay as they are;
 * null for anything else.
 */
export function countryOf(text: string): string | null {
  const remembered = read.get(text)
  if (remembered !== undefined) return remembered
  const letters = lettersOf(text)
  if (read.size >= mostRead) read.clear()
  read.set(text, letters)
  return letters
}

/** A list names few countries, row after row. */
const read = new Map<string, string | null>()
const mostRead = 500

function lettersOf(text: string): string | null {
  const upper = text.trim().toUpperCase().replaceAll('.', '')
  if (/^[A-Z]{2,3}$/.test(upper)) {
    const letters = federations[upper] ?? byThree[upper] ?? (known.has(upper) ? upper : null)
    if (letters !== null) return letters
  }
  return names().get(plainHeader(text)) ?? (/^[A-Z]{2,3}$/.test(upper) ? upper : null)
}

/** The country whose telephone numbers are meant, by what a row says of its country; null where that tells nothing. */
export function phoneCountryOf(text: string): string | undefined {
  const letters = countryOf(text)
  if (letters === null) return undefined
  return homeNations.has(letters) ? 'GB' : letters
}

/** Whether letters are those of a country. */
export function isCountryCode(text: string): boolean {
  const upper = text.trim().toUpperCase()
  return upper in federations || upper in byThree || known.has(upper)
}
