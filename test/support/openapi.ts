/** Holds requests and answers against an OpenAPI 3.0 description. */
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import type { Exchange } from './recording-proxy.ts'

type Json = Readonly<Record<string, unknown>>

interface Parameter {
  readonly name: string
  readonly in: string
  readonly required?: boolean
}

/** What is described of one path and method. */
interface Operation {
  /** Steps to it in the description. */
  readonly at: readonly string[]
  readonly path: string
  readonly described: Json
}

export class OpenApi {
  readonly #spec: Json
  readonly #ajv = new Ajv({
    strict: false,
    allErrors: true,
    coerceTypes: false,
    validateFormats: false,
  })
  readonly #compiled = new Map<string, ValidateFunction>()

  constructor(spec: Json) {
    this.#spec = spec
    this.#ajv.addSchema(spec, 'spec')
  }

  /** What of an exchange is not as it is described, one line each: what, where, why. */
  faults(exchange: Exchange): readonly string[] {
    const [path = '', search = ''] = exchange.path.split('?')
    const found = this.#operation(exchange.method, path)
    if (!found) return [`${exchange.method} ${path}: not described`]
    const name = `${exchange.method} ${found.path}`
    return [
      ...this.#queryFaults(found, new URLSearchParams(search)),
      ...this.#bodyFaults([...found.at, 'requestBody'], exchange.sent, 'request'),
      ...this.#answerFaults(found, exchange),
    ].map((fault) => `${name}: ${fault}`)
  }

  #operation(method: string, path: string): Operation | null {
    for (const [template, item] of Object.entries(this.#spec['paths'] as Record<string, Json>)) {
      const described = item[method.toLowerCase()] as Json | undefined
      if (!described || !patternOf(template).test(path)) continue
      return { at: ['paths', template, method.toLowerCase()], path: template, described }
    }
    return null
  }

  #queryFaults({ at, described }: Operation, query: URLSearchParams): readonly string[] {
    const given = (described['parameters'] ?? []) as readonly Json[]
    const known = new Map(
      given.map((one, index) => {
        const place = typeof one['$ref'] === 'string' ? stepsOf(one['$ref']) : null
        const steps = place ?? [...at, 'parameters', String(index)]
        const parameter = this.#read(steps) as unknown as Parameter
        return [parameter.name, { parameter, steps }] as const
      }),
    )
    const missing = [...known.values()].flatMap(({ parameter }) =>
      parameter.in === 'query' && parameter.required && !query.has(parameter.name)
        ? [`query ${parameter.name} is missing`]
        : [],
    )
    const wrong = [...query].flatMap(([name, text]) => {
      const one = known.get(name)
      if (!one || one.parameter.in !== 'query') return [`query ${name} is not described`]
      // In an address everything is text.
      const value = /^-?\d+$/.test(text) ? Number(text) : text
      return this.#faultsOf([...one.steps, 'schema'], value).map((why) => `query ${name}${why}`)
    })
    return [...missing, ...wrong]
  }

  #answerFaults({ at, described }: Operation, { status, answered }: Exchange): readonly string[] {
    const responses = described['responses'] as Json
    if (!Object.hasOwn(responses, String(status))) return [`answer ${status} is not described`]
    return this.#bodyFaults([...at, 'responses', String(status)], answered, `answer ${status}`)
  }

  #bodyFaults(at: readonly string[], body: unknown, what: string): readonly string[] {
    const content = (this.#read(at)?.['content'] as Json | undefined)?.['application/json']
    if (content === undefined) return body === undefined ? [] : [`${what} is not described`]
    const schema = [...at, 'content', 'application/json', 'schema']
    return this.#faultsOf(schema, body).map((why) => `${what}${why}`)
  }

  #faultsOf(at: readonly string[], value: unknown): readonly string[] {
    const ref = `spec#/${at.map((step) => encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`
    const validate = this.#compiled.get(ref) ?? this.#ajv.compile({ $ref: ref })
    this.#compiled.set(ref, validate)
    if (validate(value)) return []
    return (validate.errors ?? []).map(inWords)
  }

  #read(at: readonly string[]): Json | undefined {
    return at.reduce<Json | undefined>((json, step) => json?.[step] as Json | undefined, this.#spec)
  }
}

/** Rows of a list are named by a star: each of them has the same fault. */
function inWords({ instancePath, message, params }: ErrorObject): string {
  const where = instancePath.replaceAll(/\/\d+(?=\/|$)/g, '/*')
  const allowed = (params as { allowedValues?: unknown }).allowedValues
  return `${where} ${message ?? ''}${allowed ? ` (${JSON.stringify(allowed)})` : ''}`
}

const patternOf = (template: string) =>
  new RegExp(
    `^${template.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&').replaceAll(/\{\w+\}/g, '[^/]+')}$`,
  )

const stepsOf = (ref: string) => ref.replace(/^#\//, '').split('/')
