/**
 * Thread that works on what others wrote: JSONata, JSON Logic over records of other systems, XML. It gets only the values,
 * has no way to the network, the database or the environment, and is killed when a page takes too long or needs too much
 * memory (`boxed-worker.ts`).
 */
import { parentPort } from 'node:worker_threads'
import { XMLBuilder, XMLParser, XMLValidator } from 'fast-xml-parser'
import jsonata from 'jsonata'
import type { Boxed } from '../targets/kit/box.ts'
import { holds } from './logic.ts'
import type { TransformAnswer, TransformPage } from './transform-messages.ts'

const xmlForm = {
  ignoreAttributes: false,
  attributesGroupName: '@attributes',
  attributeNamePrefix: '',
  textNodeName: '#text',
} as const

const parser = new XMLParser({
  ...xmlForm,
  alwaysCreateTextNode: true,
  // Leading zeros are part of a bib: everything stays text.
  parseTagValue: false,
  parseAttributeValue: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
})
const builder = new XMLBuilder({
  ...xmlForm,
  suppressEmptyNode: true,
  suppressBooleanAttributes: false,
})

const answer = (message: TransformAnswer) => parentPort?.postMessage(message)

parentPort?.on('message', (page: TransformPage) => void work(page).then(answer))
answer({ kind: 'ready' })

async function work(page: TransformPage): Promise<TransformAnswer> {
  switch (page.kind) {
    case 'map':
      return map(page.expression, page.values)
    case 'holds':
      return { kind: 'held', kept: page.values.map((one) => holds(page.rule, bare(one))) }
    case 'read-xml':
      return { kind: 'xml', result: readXml(page.text) }
    case 'write-xml':
      return { kind: 'xml', result: writeXml(page.root, page.value) }
  }
}

/** Without a prototype, so that a path reaches nothing but the record. */
const bare = (value: unknown): object => Object.assign(Object.create(null) as object, value)

async function map(expression: string, values: readonly unknown[]): Promise<TransformAnswer> {
  let compiled: ReturnType<typeof jsonata>
  try {
    compiled = jsonata(expression)
  } catch (error) {
    return { kind: 'unusable', why: wordsOf(error) }
  }
  const results: Boxed<unknown>[] = []
  for (const value of values) results.push(await evaluate(compiled, value))
  return { kind: 'mapped', values: results }
}

async function evaluate(
  compiled: ReturnType<typeof jsonata>,
  value: unknown,
): Promise<Boxed<unknown>> {
  try {
    const given: unknown = await compiled.evaluate(value)
    // Lists come with marks of their own, and functions cannot travel.
    const text = JSON.stringify(given) as string | undefined
    return text === undefined
      ? { ok: false, why: 'gives nothing' }
      : { ok: true, value: JSON.parse(text) as unknown }
  } catch (error) {
    return { ok: false, why: wordsOf(error) }
  }
}

/** Its errors are objects with a message, and not always of the class. */
function wordsOf(error: unknown): string {
  const { message, position } = error as { readonly message?: unknown; readonly position?: unknown }
  const words = typeof message === 'string' ? message : String(error)
  return typeof position === 'number' ? `${words} (at sign ${position})` : words
}

/** The library throws at names such as `constructor` and at nesting without end. */
function readXml(text: string): Boxed<unknown> {
  try {
    return readPlainXml(text)
  } catch (error) {
    return { ok: false, why: wordsOf(error) }
  }
}

function readPlainXml(text: string): Boxed<unknown> {
  if (/<!DOCTYPE/i.test(text)) return { ok: false, why: 'brings a document type of its own' }
  const checked = XMLValidator.validate(text)
  if (checked !== true) return { ok: false, why: `is not complete XML (line ${checked.err.line})` }
  const parsed = parser.parse(text) as Readonly<Record<string, unknown>>
  const [root] = Object.values(parsed)
  return { ok: true, value: root === '' || root === undefined ? {} : root }
}

function writeXml(root: string, value: unknown): Boxed<string> {
  const named = { [root]: value }
  try {
    return { ok: true, value: `<?xml version="1.0" encoding="UTF-8"?>\n${builder.build(named)}` }
  } catch (error) {
    return { ok: false, why: wordsOf(error) }
  }
}
