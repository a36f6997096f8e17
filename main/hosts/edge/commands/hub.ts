/** `hub`: several laptops at one event. Inviting and revoking work beside a running `serve --hub`. */
import { hostname } from 'node:os'
import type { Command } from 'commander'
import type { Cli, EngineWork } from '../cli.ts'
import { exitCodes, wrongUse, type ExitCode } from '../exit-codes.ts'
import { openDevices } from '../hub/devices.ts'
import { readHubAddress, readJoinUrl } from '../hub/open-hub.ts'
import { undiciHttp } from '../../undici-http.ts'
import { answersAt, pairWithHub } from '../hub/pair.ts'
import { table } from '../table.ts'

/** The target a desk has its hub as. */
const target = 'hub'

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
    .requiredOption('--code <code>', 'as "hub invite" shows it; good once, for ten minutes')
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
        if (address === null || !(await answersAt(undiciHttp(), address)))
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
            ...urls.map((url) => `  marshal hub join '${url}' --code ${code}`),
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
        const devices = found.map(({ id, name, pairedOn, lastSeenOn }) => ({
          ...{ id, name, pairedOn: iso(pairedOn), lastSeenOn: iso(lastSeenOn) },
        }))
        terminal.result({ devices }, () =>
          devices.length === 0
            ? 'No desk was let in. Invite one with "marshal hub invite".'
            : table(
                ['id', 'name', 'joined', 'last seen'],
                devices.map(({ id, name, pairedOn, lastSeenOn }) => [
                  id,
                  name,
                  pairedOn,
                  lastSeenOn,
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
  readonly code: string
  readonly name: string
  readonly fingerprint?: string
}

async function join(
  { client, session, terminal }: EngineWork,
  text: string,
  options: JoinOptions,
): Promise<ExitCode> {
  const { url, fingerprint } = readJoinUrl(text, options.fingerprint)
  const known = await client.targets.list()
  if (known.length > 0)
    throw wrongUse(
      known.some(({ config }) => config.name === target)
        ? 'This laptop is a desk of a hub already'
        : 'This laptop has targets of its own, and only the hub talks to other systems',
      'Remove them first with "marshal target remove NAME"; or join with another data folder.',
    )
  if ((await client.demo.get()).event !== null)
    throw wrongUse(
      'This laptop has the demo event, whose invented people must not travel',
      'Remove it on the Desk first; or join with another data folder.',
    )
  // First there and at rest: what refuses it is said before the code is spent, which is good once.
  await client.targets.add({
    config: {
      ...{ name: target, adapter: 'marshal', url, auth: 'bearer', settings: { fingerprint } },
      ...{ remoteDeletion: 'delete', sensitive: await sensitive(client) },
    },
    paused: true,
  })
  try {
    const key = await pairWithHub(session.ports.http, {
      ...{ url, fingerprint, code: options.code, name: options.name },
    })
    await client.targets.secret({ name: target, key: 'token', value: key })
  } catch (error) {
    await client.targets.remove({ name: target })
    throw error
  }
  await client.targets.resume({ name: target })
  const { deviceName } = await client.settings.get()
  if (deviceName === '') await client.settings.set({ deviceName: options.name })
  const { runs } = await client.sync.run({ targets: [target] })
  const [run] = runs
  terminal.result({ target, url, fingerprint, result: run?.result ?? null }, () =>
    run?.result === 'success'
      ? `This laptop is a desk of the hub, and has everything the hub has. Start it with "marshal serve".`
      : `This laptop is a desk of the hub. Not everything could be fetched yet; it goes on with "marshal serve".`,
  )
  return exitCodes.ok
}

/** A desk has everything its hub sends: own fields of this laptop's events are not among it. */
async function sensitive(client: EngineWork['client']): Promise<string[]> {
  const adapters = await client.targets.adapters()
  return adapters.flatMap(({ name, sensitive: fields }) => (name === 'marshal' ? fields : []))
}

async function status({ client, session, terminal }: EngineWork): Promise<ExitCode> {
  const { hub } = session.engine
  const desk = (await client.targets.list()).find(({ config }) => config.adapter === 'marshal')
  const devices = await openDevices({ dataDir: session.dataDir, now: () => Date.now() }).list()
  const notices = await hub.notices()
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
