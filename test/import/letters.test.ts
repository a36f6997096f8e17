import fc from 'fast-check'
import iconv from 'iconv-lite'
import { describe, expect, it } from 'vitest'
import { usualEncodings, type ReadingChoices } from '../../main/contract/imports.ts'
import {
  candidates,
  encodingNames,
  findEncoding,
} from '../../main/engine/import/letters/encodings.ts'
import { openTable } from '../../main/engine/import/table.ts'
import { bytesOf } from '../support/demo-entrants.ts'

const clock = { timer: () => () => {} }

async function read(bytes: Uint8Array, reading?: ReadingChoices, pieceBytes?: number) {
  const table = await openTable(() => bytesOf(bytes, pieceBytes), { format: 'csv', reading, clock })
  const rows: string[][] = []
  const bad: unknown[] = []
  let columns: readonly string[] = []
  for await (const page of table.pages()) {
    columns = page.columns
    rows.push(...page.rows.map(({ cells }) => cells.map(String)))
    bad.push(...page.bad)
  }
  return { columns, rows, bad, guesses: table.guesses }
}

const saved = (text: string, encoding: string) => iconv.encode(text, encoding)

/** UTF-8 that a program took for another encoding, and saved as UTF-8 again. */
function savedTwice(text: string, encoding: string): Buffer {
  const misread = [...Buffer.from(text)].map((byte) => {
    const char = iconv.decode(Buffer.from([byte]), encoding)
    return char === '\uFFFD' ? String.fromCharCode(byte) : char
  })
  return Buffer.from(misread.join(''))
}

describe('letters of a file', () => {
  it.each([
    ['windows-1250', 'Windows-1250', '1;Łukasz;Dvořák;Šumava Žďár\n2;Michał;Świętoń;Poznań\n'],
    ['windows-1251', 'Windows-1251', '1;Иван;Петров;Спартак\n'],
    ['cp852', 'DOS 852', '1;Jiří;Dvořák;Šumava\n'],
    ['cp866', 'DOS 866', '1;Ольга;Юдина;Спартак\n'],
    ['cp850', 'DOS 850', '1;Søren;Jørgensen;Ærø\n2;Jörg;Müller;Köln\n'],
    ['macintosh', 'Mac Roman', '1;Jörg;Müller;Köln\n2;Françoise;Lefèvre;Orléans\n'],
    ['windows-1254', 'Windows-1254', '1;Ayşe;Yıldız;İzmir\n2;Gökhan;Şahin;Kulüp\n'],
    ['iso-8859-2', 'ISO-8859-2', '1;Łukasz;Świętoń;Poznań\n2;Jiří;Kašpar;Žďár\n'],
    ['windows-1252', 'Windows-1252', '1;José;Muñoz;Logroño\n2;Siân;Môn;Nîmes\n'],
    ['windows-1253', 'Windows-1253', '1;Γιώργος;Παπαδόπουλος;Πάτρα\n'],
    ['windows-1257', 'Windows-1257', '1;Jānis;Bērziņš;Rīga\n2;Kęstutis;Žilys;Šiauliai\n'],
  ])('are read right in a small list in %s', async (codec, name, rows) => {
    const { rows: found, guesses } = await read(
      saved(`bib;first_name;last_name;club\n${rows}`, codec),
    )
    expect(found).toEqual(
      rows
        .trim()
        .split('\n')
        .map((row) => row.split(';')),
    )
    expect(guesses).toMatchObject([{ what: 'letters', value: name }])
    expect(guesses[0]?.why).toMatch(/its words are "[^"]+"/)
  })

  it('shows at the last byte of the file, and wherever the pieces end', async () => {
    const rows = Array.from({ length: 9_000 }, (_, at) => `${at};Adam;Novak\n`).join('')
    const bytes = saved(`bib;first_name;last_name\n${rows}9000;Jiří;Šťastný\n`, 'windows-1250')
    for (const pieceBytes of [64 * 1024, 1013]) {
      const { rows: found } = await read(bytes, {}, pieceBytes)
      expect(found.at(-1)).toEqual(['9000', 'Jiří', 'Šťastný'])
    }
  })

  it('says in what another plausible reading differs', async () => {
    const { guesses } = await read(saved('bib;name\n1;Tõnis\n', 'windows-1252'))
    expect(guesses[0]?.why).toMatch(/As Windows-125\d they would be "T.nis": look whether/)
  })

  it('are those a person chooses', async () => {
    const bytes = saved('bib;name\n1;Łukasz\n', 'windows-1250')
    expect((await read(bytes, { encoding: 'cp1252' })).rows).toEqual([['1', '£ukasz']])
    expect((await read(bytes, { encoding: 'Windows-1250' })).guesses).toEqual([])
    await expect(read(bytes, { encoding: 'klingon' })).rejects.toThrow('no encoding klingon')
  })

  it('refuses what is no language in any encoding, and shows how the names would look', async () => {
    const problem = await read(saved('bib,name\n1,日本太郎\n2,山田花子\n', 'shift_jis')).then(
      () => null,
      (error: unknown) => error as { problem: { fix: string } },
    )
    expect(problem?.problem.fix).toMatch(
      /--encoding "Shift_JIS" reads "日本太郎".*; --encoding "[^"]+" reads/,
    )
  })

  it.each([
    ['windows-1252', 'José Müller,Łukasz Dvořák,Château à Nîmes'],
    ['windows-1250', 'José Müller,Łukasz Dvořák,Győző'],
    ['windows-1251', 'Иван Петров,Ольга,Спартак'],
    ['latin1', 'José Müller,Çağlar Şahin,Søren'],
  ])('are put right when UTF-8 was taken for %s', async (codec, names) => {
    const { rows, guesses } = await read(savedTwice(`a,b,c\n${names}\n`, codec))
    expect(rows).toEqual([names.split(',')])
    expect(guesses).toMatchObject([{ what: 'letters', value: 'UTF-8 saved twice' }])
  })

  it('are put right where the space of a letter was lost', async () => {
    const names = savedTwice('name,club\nJosé,Šumava\nZoë,Società\nVoilà,Šárka Š\n', 'windows-1252')
    const spaced = names.toString().replaceAll('\u00a0', ' ').replace(/ +$/gm, '')
    expect((await read(Buffer.from(spaced))).rows.slice(0, 2)).toEqual([
      ['José', 'Šumava'],
      ['Zoë', 'Società'],
    ])
  })

  it('stay as they are in a good file, whatever letters its names begin with', async () => {
    const names = 'Åke,Âge,Ñandú,Đorđe,Різник,Рівне,ŠÁRKA,MUÑOZ,AÇÃO,IRMÃO,Çağ,Ås,Ĺuba,Ð'.split(',')
    const { rows, guesses } = await read(Buffer.from(`name\n${names.join('\n')}\n`))
    expect(rows.flat()).toEqual(names)
    expect(guesses).toEqual([])
  })

  it('refuses only the row whose double encoding cannot be undone', async () => {
    const good = savedTwice('José,Kiel\nZoë,Ulm\n', 'windows-1252').toString()
    const { rows, bad } = await read(Buffer.from(`name,city\n${good}Jo\u00c3\u00a9\u00e9,Ulm\n`))
    expect(rows).toEqual([
      ['José', 'Kiel'],
      ['Zoë', 'Ulm'],
    ])
    expect(bad).toMatchObject([{ line: 4, column: 'name' }])
  })

  it('refuses a row with control characters, with the cell', async () => {
    const { rows, bad } = await read(Buffer.from('name,city\nDvo\u0099k,Ulm\nAna,Kiel\n'))
    expect(rows).toEqual([['Ana', 'Kiel']])
    expect(bad).toMatchObject([{ line: 2, column: 'name', value: 'Dvo\uFFFDk' }])
  })
})

describe('names of encodings', () => {
  it.each([
    ['utf8', 'UTF-8'],
    ['UTF-16', 'UTF-16LE'],
    ['cp1250', 'Windows-1250'],
    ['1250', 'Windows-1250'],
    ['win1251', 'Windows-1251'],
    ['latin1', 'Windows-1252'],
    ['ISO 8859-2', 'ISO-8859-2'],
    ['852', 'DOS 852'],
    ['IBM850', 'DOS 850'],
    ['MacRoman', 'Mac Roman'],
  ])('takes %s', (asked, name) => {
    expect(findEncoding(asked)?.name).toBe(name)
  })
})

/** Names that stand in no sample the program learnt from. */
const names: Readonly<Record<string, string>> = {
  de: 'Jörn Schürmann Grünewald Döring Häberle Füssl Kößler Wörner Büchler Ströbele Gräf Münch Pölz Sträter',
  fr: 'Jérémy Bérangère Lémery Crétin Hélie Gaëtan Théophile Lagrée Régis Mécréant Vallée Sébille Crépin Honoré',
  es: 'Íñiguez Marañón Peñalver Míguez Galdós Solís Begoñés Rincón Salcedón Castañeda Tíjola Ureña Cáceres Lázaro',
  pt: 'Simão Gonçalo Brazão Lourenção Raimundão Galvães Mourão Beirão Camões Pinhão Cabeção Feijão Salomão',
  nordic:
    'Sörensson Åkerlund Lönnqvist Bäckström Mårtensson Östman Hållén Väyrynen Söderlind Hägglund Kähönen',
  danish:
    'Søgaard Mørch Bjørnsen Grøndahl Kjærsgaard Nørby Højlund Skjøth Østby Rødland Sjøberg Bærum Tørnby',
  pl: 'Wąsowski Dębski Gołąb Krzemiński Łopata Wyrwał Żółkiewski Grześkowiak Bączek Mącik Kłosowski Ryś Paździor',
  cs: 'Kubeš Řezáč Vondráček Žižka Šťovíček Hřebíček Koudelka Zápotocký Bartoš Tůma Vávrová Čapek Ježek Břízová',
  hu: 'Bánffy Csörgő Dévényi Vörösmarty Nyerő Kőműves Gyöngyösi Füzesi Szörényi Kertész Szűrös Mező Tüske',
  sl: 'Zupanič Kržišnik Hrastnik Mišić Stojković Dobrić Golubović Pušnik Žnidar Kočar Brečko Ružić Bošnjak',
  tr: 'Yalçın Karadağ Başaran Gündoğdu Çiçek Yurtsever Kızılay Şanlı Akyıldız Özbağ Topçu İnönü Uğurlu Sarıgül',
  ru: 'Гаврилов Тихонов Шестаков Ефимов Журавлёв Юсупов Чайкин Щеглов Цыганков Быстрова Эльвира Хлебников',
}

const fits = (word: string, codec: string) =>
  iconv.decode(iconv.encode(word, codec), codec) === word

const pairs: readonly (readonly [string, readonly string[]])[] = [
  ['windows-1250', ['de', 'pl', 'cs', 'hu', 'sl']],
  ['windows-1251', ['ru']],
  ['windows-1252', ['de', 'fr', 'es', 'pt', 'nordic', 'danish']],
  ['windows-1254', ['tr']],
  ['iso-8859-2', ['pl', 'cs', 'hu', 'sl']],
  ['iso-8859-15', ['de', 'fr', 'es', 'pt', 'nordic', 'danish']],
  ['cp437', ['de', 'es']],
  ['cp850', ['de', 'fr', 'es', 'pt', 'nordic', 'danish']],
  ['cp852', ['de', 'pl', 'cs', 'hu', 'sl']],
  ['cp866', ['ru']],
  ['macintosh', ['de', 'fr', 'es', 'pt', 'nordic', 'danish']],
  ['utf-8', Object.keys(names)],
  ['utf-16le', Object.keys(names)],
]

/** In one word alone a letter may be another one in the encoding of most files: KARADAĞ or KARADAÐ. */
const tells = (words: readonly string[], codec: string) => {
  const usual = words.map((word) => iconv.decode(iconv.encode(word, codec), 'windows-1252'))
  const different = words.filter((word, at) => word !== usual[at])
  return different.length !== 1
}

describe('a list of names in any encoding', () => {
  it.each(pairs)('is read as it was written in %s', async (codec, languages) => {
    const list = fc.constantFrom(...languages).chain((language) => {
      const words = names[language]!.split(' ').filter((word) => fits(word, codec))
      return fc.subarray(words, { minLength: 8, maxLength: words.length })
    })
    await fc.assert(
      fc.asyncProperty(list, fc.boolean(), async (words, capitals) => {
        const shown = words.map((word) =>
          word.toLocaleUpperCase(codec === 'windows-1254' ? 'tr' : 'en'),
        )
        const cased = capitals && shown.every((word) => fits(word, codec)) ? shown : words
        fc.pre(tells(cased, codec))
        const { rows } = await read(
          saved(`bib,name\n${cased.map((word, at) => `${at},${word}\n`).join('')}`, codec),
        )
        expect(rows.map(([, name]) => name)).toEqual(cased)
      }),
      { numRuns: 60 },
    )
  })

  it('knows every encoding it tries by the name it shows', () => {
    for (const { name, codec } of candidates) expect(findEncoding(name)?.codec).toBe(codec)
    expect(encodingNames).toEqual(usualEncodings)
  })
})
