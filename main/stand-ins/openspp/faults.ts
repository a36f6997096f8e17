/** How Odoo says that something went wrong. */
export class OdooFault extends Error {
  /** Name of the exception. */
  readonly kind: string

  constructor(kind: string, message: string) {
    super(message)
    this.kind = kind
  }
}

const of = (kind: string) => (message: string) => new OdooFault(`odoo.exceptions.${kind}`, message)
export const accessDenied = of('AccessDenied')
export const accessError = of('AccessError')
export const missing = of('MissingError')
export const invalid = of('ValidationError')
export const unknownField = (model: string, field: string) =>
  new OdooFault('builtins.ValueError', `Invalid field '${field}' on model '${model}'`)
export const unknownModel = (model: string) => new OdooFault('builtins.KeyError', `'${model}'`)

/** What a fault says of itself. The trace has what was sent in it. */
export const toldFault = ({ kind, message }: OdooFault, sent: string) => ({
  ...{ name: kind, message, arguments: [message], context: {} },
  debug: `Traceback (most recent call last):\n  ${sent}\n${kind}: ${message}`,
})
