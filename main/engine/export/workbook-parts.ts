/**
 * The parts of a workbook with one sheet: Office Open XML (XLSX) and OpenDocument (ODS). Text stays text in it: a bib
 * keeps its zeros, "2-1" is no date, and nothing is a formula.
 */
import { ProblemError } from '../../contract/problem.ts'
import type { FieldValue } from '../../contract/records.ts'
import type { ZipPart } from './zip-stream.ts'

export interface SheetContent {
  readonly name: string
  readonly columns: readonly string[]
  readonly pages: AsyncIterable<readonly (readonly FieldValue[])[]>
}

/** Rows of a sheet, the header among them: what spreadsheet programs take. */
const mostRows = 1_048_576

const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const office = 'http://schemas.openxmlformats.org'
const document = `${office}/officeDocument/2006/relationships`
const openDocument = 'urn:oasis:names:tc:opendocument:xmlns'
const main = `${office}/spreadsheetml/2006/main`

/** Parts of an XLSX file. Throws `ProblemError` while they are written when a sheet cannot hold the rows. */
export function xlsxParts(sheet: SheetContent): readonly ZipPart[] {
  const content = `${office}/package/2006`
  const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml'
  return [
    {
      name: '[Content_Types].xml',
      content: `${declaration}<Types xmlns="${content}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${type}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${type}.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="${type}.styles+xml"/></Types>`,
    },
    {
      name: '_rels/.rels',
      content: `${declaration}<Relationships xmlns="${content}/relationships"><Relationship Id="rId1" Type="${document}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    },
    {
      name: 'xl/workbook.xml',
      content: `${declaration}<workbook xmlns="${main}" xmlns:r="${document}"><sheets><sheet name="${attribute(sheet.name.slice(0, 31))}" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    },
    {
      name: 'xl/_rels/workbook.xml.rels',
      content: `${declaration}<Relationships xmlns="${content}/relationships"><Relationship Id="rId1" Type="${document}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${document}/styles" Target="styles.xml"/></Relationships>`,
    },
    {
      // The second format says "text" (49), so that what is typed over a cell stays text too; the third is the header.
      name: 'xl/styles.xml',
      content: `${declaration}<styleSheet xmlns="${main}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf/><xf numFmtId="49" applyNumberFormat="1"/><xf numFmtId="49" fontId="1" applyNumberFormat="1" applyFont="1"/></cellXfs></styleSheet>`,
    },
    { name: 'xl/worksheets/sheet1.xml', content: xlsxSheet(sheet) },
  ]
}

async function* xlsxSheet({ columns, pages }: SheetContent): AsyncGenerator<string> {
  yield `${declaration}<worksheet xmlns="${main}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData><row>`
  yield `${columns.map((column) => xlsxText(column, 2)).join('')}</row>`
  for await (const rows of counted(pages))
    yield rows.map((row) => `<row>${row.map(xlsxCell).join('')}</row>`).join('')
  yield '</sheetData></worksheet>'
}

function xlsxCell(value: FieldValue): string {
  if (value === null || value === '') return '<c/>'
  if (typeof value === 'number' && isKept(value)) return `<c><v>${value}</v></c>`
  if (typeof value === 'boolean') return `<c t="b"><v>${value ? 1 : 0}</v></c>`
  return xlsxText(String(value), 1)
}

/** Spreadsheet programs keep fifteen digits of a number; one with more goes as text. */
function isKept(value: number): boolean {
  return Number(value.toPrecision(15)) === value
}

function xlsxText(text: string, style: number): string {
  // _x0041_ is how the format writes a character by its number: such a text is written by its own first character so.
  const written = escaped(text.replace(/_(?=x[0-9a-f]{4}_)/gi, '_x005F_')).replaceAll(
    '\r',
    '_x000D_',
  )
  return `<c s="${style}" t="inlineStr"><is><t xml:space="preserve">${written}</t></is></c>`
}

/** Parts of an ODS file; its type comes first, as the format asks. */
export function odsParts(sheet: SheetContent): readonly ZipPart[] {
  const type = 'application/vnd.oasis.opendocument.spreadsheet'
  const manifest = `${openDocument}:manifest:1.0`
  return [
    { name: 'mimetype', content: type },
    {
      name: 'META-INF/manifest.xml',
      content: `${declaration}<manifest:manifest xmlns:manifest="${manifest}" manifest:version="1.2"><manifest:file-entry manifest:full-path="/" manifest:media-type="${type}"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/><manifest:file-entry manifest:full-path="styles.xml" manifest:media-type="text/xml"/></manifest:manifest>`,
    },
    {
      name: 'styles.xml',
      content: `${declaration}<office:document-styles xmlns:office="${openDocument}:office:1.0" office:version="1.2"/>`,
    },
    { name: 'content.xml', content: odsContent(sheet) },
  ]
}

async function* odsContent({ name, columns, pages }: SheetContent): AsyncGenerator<string> {
  yield `${declaration}<office:document-content xmlns:office="${openDocument}:office:1.0" xmlns:table="${openDocument}:table:1.0" xmlns:text="${openDocument}:text:1.0" office:version="1.2"><office:body><office:spreadsheet><table:table table:name="${attribute(name)}">`
  yield odsRow(columns)
  for await (const rows of counted(pages)) yield rows.map(odsRow).join('')
  yield '</table:table></office:spreadsheet></office:body></office:document-content>'
}

function odsRow(row: readonly FieldValue[]): string {
  return `<table:table-row>${row.map(odsCell).join('')}</table:table-row>`
}

function odsCell(value: FieldValue): string {
  if (value === null || value === '') return '<table:table-cell/>'
  const cell = (about: string, text: string) =>
    `<table:table-cell office:value-type=${about}>${text}</table:table-cell>`
  if (typeof value === 'number' && isKept(value))
    return cell(`"float" office:value="${value}"`, `<text:p>${value}</text:p>`)
  if (typeof value === 'boolean')
    return cell(`"boolean" office:boolean-value="${value}"`, `<text:p>${value}</text:p>`)
  return cell(
    '"string"',
    String(value)
      .split(/\r\n|\r|\n/)
      .map(odsParagraph)
      .join(''),
  )
}

/** Spaces beyond the first, and tabs, are elements: as characters they would be one space. */
function odsParagraph(text: string): string {
  const written = escaped(text)
    .replace(/^ | {2,}| $/g, (spaces) => `<text:s text:c="${spaces.length}"/>`)
    .replaceAll('\t', '<text:tab/>')
  return `<text:p>${written}</text:p>`
}

async function* counted(
  pages: SheetContent['pages'],
): AsyncGenerator<readonly (readonly FieldValue[])[]> {
  let rows = 1
  for await (const page of pages) {
    rows += page.length
    if (rows > mostRows) {
      throw new ProblemError({
        code: 'wrong-use',
        message: `A sheet holds at most ${mostRows} rows, and there are more.`,
        fix: 'Export as CSV.',
      })
    }
    yield page
  }
}

/** Text of an element. Control characters have no place in XML; no field holds any. */
function escaped(text: string): string {
  return text
    .replace(/[^\P{Cc}\t\n\r]|[\uFFFE\uFFFF]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
}

function attribute(text: string): string {
  return escaped(text).replaceAll('"', '&quot;')
}
