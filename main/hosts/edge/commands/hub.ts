/** `hub`: several laptops at one event. Inviting and revoking work beside a running `serve --hub`. */
import { hostname } from 'node:os'
import type { Command } from 'commander'
import { invitationLine } from '../../../contract/invitation.ts'
import type { Cli, EngineWork } from '../cli.ts'
import { exitCodes, wrongUse, type ExitCode } from '../exit-codes.ts'
import { openDevices } from '../hub/devices.ts'
import { askRunningHub, readHubAddress } from '../hub/running-hub.ts'
import { undiciHttp } from '../../undici-http.ts'
import { table } from '../table.ts'

export function addHubCommand(program: Command, cli: Cli): void {
  const hub = program
    .command('hub')
    .description('several laptops at one event: one is the hub, the others are its desks')
  addInvite(hub, cli)
  addDevices(hub, cli)
  addRevoke(hub, cli)
  hub
    .command('join')
    .description('makes this laptop a desk of a hub, and fetches what the hub has')
    .argument('<url>', 'as "hub invite" shows it at the hub, in quotes')
    .option(
      '--code <code>',
      'as "hub invite" shows it, where the address does not have it; good once',
    )
    .option('--name <name>', 'what this desk is called at the hub', hostname().slice(0, 60))
    .option('--fingerprint <hex>', 'of the hub’s certificate, where the address does not have it')
    .action((url: string, options: JoinOptions, command: Command) =>
      cli.withEngine(command, (around) => join(around, url, options)),
    )
  hub
    .command('status')
    .description('what this laptop is, and what a person should look at')
    .action((_options: unknown, command: Command) => cli.withEngine(command, status))
  hub
    .command('settle')
    .description('takes what you have looked at off the list of "hub status"')
    .argument('<ids...>', 'numbers of "hub status"')
    .action((ids: readonly string[], _options: unknown, command: Command) =>
      cli.withEngine(command, async ({ session, terminal }) => {
        const count = await session.engine.hub.settle(ids.map(Number))
        terminal.result({ count }, () =>
          count === 1 ? 'One is settled.' : `${count} are settled.`,
        )
        return exitCodes.ok
      }),
    )
  hub
    .command('promote')
    .description('a desk whose hub is gone becomes the hub; start it then with "serve --hub"')
    .action((_options: unknown, command: Command) => cli.withEngine(command, promote))
}

function addInvite(hub: Command, cli: Cli): void {
  hub
    .command('invite')
    .description('a code for one more desk; "serve --hub" has to run')
    .action((_options: unknown, command: Command) =>
      cli.run(command, async ({ dataDir, terminal }) => {
        const address = await readHubAddress(dataDir)
        // The note of one that was killed is still there.
        if (address === null || (await askRunningHub(undiciHttp(), dataDir)) === null)
          throw wrongUse(
            'No hub is running on this data folder',
            'Start it with "marshal serve --hub".',
          )
        const devices = openDevices({ dataDir, now: () => Date.now() })
        const { code, expiresOn } = await devices.invite()
        const { urls, fingerprint } = address
        const until = new Date(expiresOn).toISOString()
        terminal.result({ code, url: urls[0], urls, fingerprint, expiresOn: until }, () =>
          [
            `Code: ${code} (good once, for ten minutes)`,
            'At the desk:',
            ...urls.map((url) => `  marshal hub join '${invitationLine(url, code)}'`),
            'In its window the part in quotes is pasted on Devices, under "Join a hub".',
          ].join('\n'),
        )
        return exitCodes.ok
      }),
    )
}

function addDevices(hub: Command, cli: Cli): void {
  hub
    .command('devices')
    .description('the desks this hub lets in')
    .action((_options: unknown, command: Command) =>
      cli.run(command, async ({ dataDir, terminal }) => {
        const found = await openDevices({ dataDir, now: () => Date.now() }).list()
        const heard = await askRunningHub(undiciHttp(), dataDir)
        const devices = found.map(({ id, name, pairedOn, lastSeenOn }) => {
          const of = heard?.desks.find((desk) => desk.id === id)
          return {
            ...{ id, name, pairedOn: iso(pairedOn), lastSeenOn: iso(lastSeenOn) },
            ...{ behind: of?.behind ?? null, clockOffsetMs: of?.clockOffsetMs ?? null },
          }
        })
        terminal.result({ devices }, () =>
          devices.length === 0
            ? 'No desk was let in. Invite one with "marshal hub invite".'
            : table(
                ['id', 'name', 'joined', 'last seen', 'behind', 'clock off by, ms'],
                devices.map((one) => [
                  ...[one.id, one.name, one.pairedOn, one.lastSeenOn],
                  ...[one.behind, one.clockOffsetMs],
                ]),
              ),
        )
        return exitCodes.ok
      }),
    )
}

function addRevoke(hub: Command, cli: Cli): void {
  hub
    .command('revoke')
    .description('lets a desk in no more, as one that was stolen')
    .argument('<device>', 'its id, of "hub devices"')
    .action((id: string, _options: unknown, command: Command) =>
      cli.run(command, async ({ dataDir, terminal }) => {
        if (!(await openDevices({ dataDir, now: () => Date.now() }).revoke(id)))
          throw wrongUse(`There is no device ${id}`, 'Look with "marshal hub devices".')
        terminal.result({ revoked: id }, () => 'This desk is let in no more.')
        return exitCodes.ok
      }),
    )
}

interface JoinOptions {
  readonly code?: string
  readonly name: string
  readonly fingerprint?: string
}

async function join(
  { client, terminal }: EngineWork,
  invitation: string,
  options: JoinOptions,
): Promise<ExitCode> {
  const joined = await client.devices.join({ invitation, ...options })
  const { runs } = await client.sync.run({ targets: [joined.target] })
  const [run] = runs
  terminal.result({ ...joined, result: run?.result ?? null }, () =>
    run?.result === 'success'
      ? `This laptop is a desk of the hub, and has everything the hub has. Start it with "marshal serve".`
      : `This laptop is a desk of the hub. Not everything could be fetched yet; it goes on with "marshal serve".`,
  )
  return exitCodes.ok
}

async function status({ client, session, terminal }: EngineWork): Promise<ExitCode> {
  const { hub } = session.engine
  const desk = (await client.targets.list()).find(({ config }) => config.adapter === 'marshal')
  const devices = await openDevices({ dataDir: session.dataDir, now: () => Date.now() }).list()
  const notices = (await hub.notices()).map(({ id, entity, recordId, words, noticedOn }) => ({
    ...{ id, entity, recordId, words, noticedOn },
  }))
  const more = (await hub.openNotices()) - notices.length
  const role = desk ? 'desk' : devices.length > 0 ? 'hub' : 'alone'
  const document = { role, hub: desk?.config.url ?? null, devices: devices.length, notices, more }
  terminal.result(document, () =>
    [
      role === 'desk'
        ? `This laptop is a desk of the hub at ${desk!.config.url}.`
        : role === 'hub'
          ? `This laptop is a hub; it lets in ${devices.length} desks.`
          : 'This laptop works alone.',
      ...notices.map(({ id, words }) => `${id}  ${words}`),
      ...(more > 0 ? [`… and ${more} more, which were noticed earlier.`] : []),
    ].join('\n'),
  )
  return exitCodes.ok
}

async function promote({ client, session, terminal }: EngineWork): Promise<ExitCode> {
  const desk = (await client.targets.list()).find(({ config }) => config.adapter === 'marshal')
  if (!desk)
    throw wrongUse(
      'This laptop is no desk of a hub, so there is nothing to take over',
      'Start a hub with "marshal serve --hub".',
    )
  await client.targets.remove({ name: desk.config.name })
  await session.engine.hub.renew()
  terminal.result({ promoted: true }, () =>
    [
      'This laptop is the hub from now on. Start it with "marshal serve --hub", and invite the desks with "marshal hub invite".',
      'At each desk, and at the old hub when it is back: "marshal target remove hub", then "marshal hub join".',
    ].join('\n'),
  )
  return exitCodes.ok
}

const iso = (ms: number) => new Date(ms).toISOString()
