/** Countries as Mautic spells them in its list: it takes no codes, and refuses a name that is not on it. Pure. */

/** Where its list has another name than English usage today. */
const otherwise: Readonly<Record<string, string>> = {
  AG: 'Antigua and Barbuda',
  BA: 'Bosnia and Herzegovina',
  BL: 'Saint Barthelemy',
  BQ: 'Bonaire, Saint Eustatius and Saba',
  CD: 'Democratic Republic of the Congo',
  CG: 'Republic of the Congo',
  CZ: 'Czech Republic',
  GS: 'South Georgia and the South Sandwich Islands',
  GW: 'Guinea Bissau',
  HK: 'Hong Kong',
  HM: 'Heard Island and McDonald Islands',
  KN: 'Saint Kitts and Nevis',
  LC: 'Saint Lucia',
  MF: 'Saint Martin',
  MK: 'Macedonia',
  MM: 'Myanmar',
  MO: 'Macao',
  PM: 'Saint Pierre and Miquelon',
  PN: 'Pitcairn',
  PS: 'Palestine',
  SH: 'Saint Helena, Ascension and Tristan da Cunha',
  SJ: 'Svalbard and Jan Mayen',
  ST: 'Sao Tome and Principe',
  SZ: 'Swaziland',
  TC: 'Turks and Caicos Islands',
  TL: 'East Timor',
  TR: 'Turkey',
  TT: 'Trinidad and Tobago',
  VA: 'Holy See',
  VC: 'Saint Vincent and the Grenadines',
  VG: 'Virgin Islands (British)',
  VI: 'Virgin Islands (U.S.)',
  WF: 'Wallis and Futuna',
}

/** On no list of Mautic: a contact with one of these would be refused as a whole. */
const missing: ReadonlySet<string> = new Set(
  'AC CC CI CP CQ CW CX DG EA EU EZ IC IM IO NF QO SX TA TF UM UN XA XB XK ZZ'.split(' '),
)

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'.split('')
const english = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' })

const byCode = new Map(
  letters
    .flatMap((first) => letters.map((second) => first + second))
    // A code that was given up stands for the one that followed it.
    .filter((code) => new Intl.Locale(`und-${code}`).region === code && !missing.has(code))
    .flatMap((code) => {
      const name = otherwise[code] ?? english.of(code)
      return name === undefined ? [] : [[code, name] as const]
    }),
)
const byName = new Map([...byCode].map(([code, name]) => [name, code] as const))

/** The name of a country, null where Mautic has none. */
export function countryName(code: unknown): string | null {
  return byCode.get(String(code)) ?? null
}

/** The code of a name, null where it is none of theirs. */
export function countryCode(name: unknown): string | null {
  return byName.get(String(name)) ?? null
}
