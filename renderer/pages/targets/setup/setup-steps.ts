/** The steps of the guided set-up, and which of them asks for what. Pure. */

export const setupSteps = [
  'adapter',
  'connection',
  'scope',
  'rules',
  'fields',
  'schedule',
  'rehearsal',
] as const
export type SetupStep = (typeof setupSteps)[number]

/** The step whose form has a field, by the field's name in the configuration. */
export function stepOf(field: string): SetupStep {
  const [root = ''] = field.split('.')
  switch (root) {
    case 'adapter':
      return 'adapter'
    case 'entities':
    case 'direction':
      return 'scope'
    case 'mode':
    case 'conflicts':
    case 'remoteDeletion':
    case 'owners':
      return 'rules'
    case 'filter':
    case 'mapping':
    case 'sensitive':
      return 'fields'
    case 'schedule':
      return 'schedule'
    default:
      return 'connection'
  }
}

/** The first step that has something to correct, null when none of the fields is known to be wrong. */
export function firstFaultyStep(fields: readonly string[]): SetupStep | null {
  const faulty = new Set(fields.map(stepOf))
  return setupSteps.find((step) => faulty.has(step)) ?? null
}
