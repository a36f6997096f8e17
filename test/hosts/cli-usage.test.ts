import { createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { describe, expect, it, vi } from 'vitest'
import { syncExitCode } from '../../main/hosts/edge/commands/sync.ts'
import { errorLine, judge } from '../../main/hosts/edge/exit-codes.ts'
import { ProblemError, problemCodes } from '../../main/contract/problem.ts'
import type { RunView } from '../../main/contract/sync.ts'
import { statusDocument } from '../support/command-documents.ts'
import { withDataFolder } from '../support/data-folder.ts'
import { marshal, marshalJson, RunningMarshal } from '../support/run-marshal.ts'

// Many processes, one after the other, each a full start of Marshal.
vi.setConfig({ testTimeout: 180_000 })

let data: string
withDataFolder((dir) => (data = dir))

describe('the marshal command', () => {
  it('has every command of its contract', async () => {
    const { code, stdout } = await marshal(['--help'])
    expect(code).toBe(0)
    for (const command of [
      'serve',
      'hub',
      'import',
      'export',
      'record',
      'adapters',
      'target',
      'sync',
      'status',
      'runs',
      'log',
      'failures',
      'conflicts',
      'matches',
      'doubles',
      'backup',
      'restore',
      'check',
      'mock-server',
      'stand-in',
      'demo',
    ])
      expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'))
  })

  it.each([
    ['no command at all', []],
    ['an unknown command', ['frobnicate']],
    ['an unknown option', ['status', '--frobnicate']],
    ['an unknown sub-command', ['record', 'burn']],
    ['a missing argument', ['restore']],
    ['one argument too many', ['status', 'now']],
    ['an unknown log level', ['--log-level', 'loud', 'status']],
    ['a port that is none', ['serve', '--port', '99999']],
  ])('answers %s with exit code 2 and says what is wrong', async (_what, args) => {
    const run = await marshal(args, { data })
    expect(run.code).toBe(2)
    expect(run.stdout).toBe('')
    expect(run.stderr).not.toBe('')
  })

  it('says what was probably meant, and where more is told, in one line', async () => {
    const { stderr } = await marshal(['statsu'], { data })
    expect(stderr).toMatch(/^marshal: Unknown command 'statsu'.*status.*"marshal --help".*\n$/)
    const wrong = await marshal(['record', 'list', 'horse'], { data })
    expect(wrong.stderr).toMatch(/^marshal: .*"marshal record list --help".*\n$/)
  })

  it('tells its version', async () => {
    expect((await marshal(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  })

  it('prints one document with --json also for help, version and a line it cannot read', async () => {
    expect(await marshalJson(['--version'])).toEqual({ version: expect.stringMatching(/^\d/) })
    expect(await marshalJson(['sync', '--help'])).toEqual({
      help: expect.stringContaining('Usage: marshal sync'),
    })
    expect(await marshalJson([], { code: 2 })).toMatchObject({
      error: { code: 'wrong-use', message: 'No command is given' },
    })
    expect(await marshalJson(['sync', '--frobnicate'], { code: 2 })).toMatchObject({
      error: { code: 'wrong-use', fix: expect.stringContaining('marshal sync --help') },
    })
  })

  it('takes global options before and after the command', async () => {
    await marshalJson(['status'], { data })
    const after = await marshal(['status', '--json', '--data', data])
    const { targets, records } = statusDocument.parse(JSON.parse(after.stdout))
    expect(targets).toEqual([])
    expect(new Set(Object.values(records))).toEqual(new Set([0]))
  })

  it('does not mind a reader that goes away', async () => {
    const running = new RunningMarshal(['record', 'list', 'person'], { data })
    running.child.stdout?.destroy()
    expect((await running.end('SIGCONT')).code).toBe(0)
  })
})

describe('marshal mock-server', () => {
  it('answers at the address it prints, and ends at SIGTERM with 0', async () => {
    const running = new RunningMarshal(['--json', 'mock-server', '--port', '0', '--seed', '7'])
    const { url } = (await running.document()) as { url: string }
    expect((await fetch(url)).status).toBeLessThan(500)
    expect((await running.end()).code).toBe(0)
  })

  it('names a port that is taken, with exit code 2', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port } = taken.address() as AddressInfo
    const refused = await marshal(['mock-server', '--port', String(port)])
    taken.close()
    expect(refused.code).toBe(2)
    expect(refused.stderr).toContain(String(port))
    expect(refused.stderr.trim().split('\n')).toHaveLength(1)
  })
})

describe('exit codes', () => {
  it('every kind of problem has one', () => {
    const codes = problemCodes.map((code) => [
      code,
      judge(new ProblemError({ code, message: 'm' })).exitCode,
    ])
    expect(Object.fromEntries(codes)).toEqual({
      'not-found': 2,
      invalid: 2,
      taken: 2,
      'wrong-use': 2,
      paused: 2,
      unreachable: 3,
      auth: 3,
      busy: 2,
      'no-keychain': 2,
      database: 4,
      'disk-full': 4,
    })
  })

  it('errors are one line: what, why, what to do; each once, each a sentence', () => {
    expect(
      errorLine({
        code: 'invalid',
        message: 'E-mail has no @',
        fields: { email: 'has no @' },
        fix: 'Add\none',
      }),
    ).toBe('E-mail has no @. Add one.')
    expect(
      errorLine({ code: 'wrong-use', message: 'It is no JSON (line 1)', fix: 'Mend it' }),
    ).toBe('It is no JSON (line 1). Mend it.')
  })

  const nothing = { created: 0, updated: 0, deleted: 0, skipped: 0 }
  const run: RunView = {
    id: '1',
    target: 't',
    kind: 'delta',
    trigger: 'manual',
    rehearsal: false,
    result: 'success',
    startedOn: '',
    endedOn: '',
    outbound: { ...nothing, held: 0, failed: 0, waiting: 0 },
    inbound: { ...nothing, found: 0, conflicts: 0, unmatched: 0, failed: 0 },
    guard: null,
    errors: [],
  }
  const wrong = (
    code: RunView['errors'][number]['code'],
    recordId: string | null = null,
  ): RunView => ({
    ...run,
    result: 'error',
    errors: [{ entity: null, recordId, remoteId: null, code, message: '' }],
  })

  it.each<[string, number, RunView]>([
    ['all well', 0, run],
    ['a keychain that cannot be used', 2, wrong('local')],
    ['a record failed', 1, { ...run, result: 'warning', outbound: { ...run.outbound, failed: 1 } }],
    ['a record is held', 1, { ...run, result: 'warning', outbound: { ...run.outbound, held: 1 } }],
    [
      'a record goes again later',
      1,
      { ...run, result: 'warning', outbound: { ...run.outbound, waiting: 1 } },
    ],
    ['nothing arrived, for the target is broken', 3, wrong('server', 'record-1')],
    ['nothing arrived, and nobody knows why', 1, wrong('ambiguous', 'record-1')],
    ['a conflict', 1, { ...run, result: 'warning', inbound: { ...run.inbound, conflicts: 1 } }],
    [
      'stopped by the guard',
      1,
      {
        ...run,
        result: 'warning',
        guard: { code: 'delete-there', reason: '', planned: 50, limit: 20 },
      },
    ],
    ['cancelled', 1, { ...run, result: 'cancelled' }],
    ['not reached', 3, wrong('offline')],
    ['too slow', 3, wrong('timeout')],
    ['sign-in refused', 3, wrong('auth')],
    ['server broken', 3, wrong('server')],
    ['configuration wrong', 2, wrong('config')],
    ['a defect', 1, wrong('bug')],
  ])('sync: %s → %i', (_what, code, view) => {
    expect(syncExitCode([view], [])).toBe(code)
  })
})
