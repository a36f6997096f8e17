/** `conflicts list|show|resolve`: fields both sides changed, and which side is kept. */
import { InvalidArgumentError, Option, type Command } from 'commander'
import type {
  ConflictField,
  ConflictFilter,
  ConflictView,
  Side,
} from '../../../contract/conflicts.ts'
import type { FieldValue, ReferredNames } from '../../../contract/records.ts'
import type { Cli, EngineWork } from '../cli.ts'
import { exitCodes, wrongUse } from '../exit-codes.ts'
import { hiddenValue } from '../sensitive-fields.ts'
import { table } from '../table.ts'
import { reportDecisions } from './decision-lines.ts'

interface Options {
  readonly target?: string
  readonly all?: boolean
  readonly keep?: Side
  readonly field?: Readonly<Record<string, Side>>
}

const sides: readonly Side[] = ['ours', 'theirs']
const pageSize = 1000

export function addConflictsCommand(program: Command, cli: Cli): void {
  const conflicts = program.command('conflicts').description('records both sides changed')

  conflicts
    .command('list')
    .description('what both sides agreed on last, what it is here, and what it is there')
    .argument('[id...]', 'only these')
    .option('--target <name>', 'only of this target')
    .action((ids: readonly string[], options: Options, command: Command) =>
      cli.withEngine(command, async (around) => {
        const { found, names } = await readAll(around, filter(ids, options))
        around.terminal.result({ conflicts: found }, () =>
          found.length === 0 ? 'No conflicts.' : lines(found, names),
        )
        return exitCodes.ok
      }),
    )

  conflicts
    .command('show')
    .description('one conflict')
    .argument('<id>')
    .action((id: string, _options: unknown, command: Command) =>
      cli.withEngine(command, async (around) => {
        const one = await around.client.conflicts.get({ id })
        const { names } = await readAll(around, { ids: [id] })
        around.terminal.result({ conflicts: [one] }, () =>
          [
            `${one.entity} ${one.display} at ${one.target}, since ${one.openedOn}`,
            ...one.fields.map(oursChanged),
            `the record there changed ${one.theirsModifiedOn ?? 'at a time the target does not tell'}`,
            lines([one], names),
          ].join('\n'),
        )
        return exitCodes.ok
      }),
    )

  conflicts
    .command('resolve')
    .description('settles them, for all fields alike or field by field')
    .argument('[id...]', 'these')
    .addOption(new Option('--keep <side>', 'for every field').choices(sides))
    .option('--field <name=side>', 'for one field (repeatable); others follow --keep', sideOption)
    .option('--target <name>', 'every open one of this target')
    .option('--all', 'every open one')
    .action((ids: readonly string[], options: Options, command: Command) =>
      cli.withEngine(command, async ({ client, terminal }) => {
        if (ids.length === 0 && options.target === undefined && options.all !== true)
          throw wrongUse('No conflict is named', 'Name their ids, or --target NAME, or --all.')
        if (options.keep === undefined && options.field === undefined)
          throw wrongUse(
            'It is not said which side is kept',
            'Add --keep ours, --keep theirs, or --field name=ours.',
          )
        const report = await client.conflicts.resolve({
          ...filter(ids, options),
          ...(options.keep === undefined ? {} : { keep: options.keep }),
          ...(options.field === undefined ? {} : { fields: { ...options.field } }),
        })
        return reportDecisions(terminal, report, 'settled')
      }),
    )
}

function oursChanged({ field, oursChangedOn, oursChangedBy }: ConflictField): string {
  if (oursChangedOn === null) return `${field}: the history does not tell who changed it here`
  return `${field}: ours changed ${oursChangedOn} by ${oursChangedBy}`
}

/** Collects a repeatable `field=ours|theirs`. */
function sideOption(text: string, before: Readonly<Record<string, Side>> = {}) {
  const at = text.indexOf('=')
  const side = sides.find((one) => one === text.slice(at + 1))
  if (at < 1 || !side) throw new InvalidArgumentError('Write it as field=ours or field=theirs.')
  return { ...before, [text.slice(0, at)]: side }
}

function filter(ids: readonly string[], { target }: Options): ConflictFilter {
  return {
    ...(ids.length === 0 ? {} : { ids: [...ids] }),
    ...(target === undefined ? {} : { target }),
  }
}

async function readAll(
  { client, stop }: EngineWork,
  asked: ConflictFilter,
): Promise<{ readonly found: readonly ConflictView[]; readonly names: ReferredNames }> {
  const found: ConflictView[] = []
  const names: ReferredNames = {}
  let after: string | null = null
  do {
    stop.throwIfAborted()
    const page: Awaited<ReturnType<typeof client.conflicts.list>> = await client.conflicts.list({
      ...asked,
      limit: pageSize,
      after,
    })
    found.push(...page.conflicts)
    Object.assign(names, page.names)
    after = page.next
  } while (after !== null)
  return { found, names }
}

function lines(conflicts: readonly ConflictView[], names: ReferredNames): string {
  const text = (value: FieldValue, sensitive: boolean) => {
    if (value === null) return null
    return sensitive ? hiddenValue : (names[String(value)] ?? String(value))
  }
  return table(
    ['id', 'target', 'record', 'field', 'last agreed', 'ours', 'theirs'],
    conflicts.flatMap(({ id, target, entity, display, fields }) =>
      fields.map(({ field, sensitive, base, ours, theirs }) => [
        id,
        target,
        `${entity} ${display}`,
        field,
        text(base, sensitive),
        text(ours, sensitive),
        text(theirs, sensitive),
      ]),
    ),
  )
}
