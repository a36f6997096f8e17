/** OpenSPP in a process of its own, and what people there do. */
import { database, login } from '../../../main/stand-ins/openspp/interfaces.ts'
import type { OpensppKnobs } from '../../../main/stand-ins/openspp/knobs.ts'
import type { Given, Row } from '../../../main/stand-ins/openspp/store.ts'
import {
  commonArguments,
  StandInProcess,
  startStandIn,
  type StandInOptions,
} from '../../support/stand-in-process.ts'

export class OpensppStandIn extends StandInProcess {
  /** Rows of a model, as they are kept. */
  rows(model: string): Promise<readonly Row[]> {
    return this.command('dump', model)
  }

  registrants(): Promise<readonly Row[]> {
    return this.command('registrants')
  }

  /** Makes rows as somebody there would; answers their ids. */
  make(model: string, rows: readonly Given[]): Promise<readonly number[]> {
    return this.command('create', { model, rows })
  }

  write(model: string, id: number, given: Given): Promise<void> {
    return this.command('write', { model, id, given })
  }

  /** The clock times of rows are taken from, ms; null: the real one. */
  rowClock(ms: number | null): Promise<void> {
    return this.command('clock', ms)
  }

  /** Turns knobs; another family begins with another, empty registry. */
  turn(knobs: Partial<OpensppKnobs>): Promise<void> {
    return this.command('knobs', knobs)
  }

  /** From now on only this key is accepted. */
  setKey(key: string): Promise<void> {
    return this.command('key', key)
  }
}

/** Starts one without registrants. Call `stop()` when done. */
export async function startOpenspp(
  options: StandInOptions & { readonly key?: string } = {},
): Promise<OpensppStandIn> {
  const { child, url } = await startStandIn('openspp', [
    ...commonArguments(options),
    '--key',
    options.key ?? 'stand-in-key',
  ])
  return new OpensppStandIn(child, url)
}

/** What it tells of people to somebody who signs in with the key `k`. */
export async function people(url: string): Promise<readonly unknown[]> {
  const rpc = async (service: string, method: string, args: readonly unknown[]) => {
    const body = { jsonrpc: '2.0', method: 'call', id: 1, params: { service, method, args } }
    const request = { method: 'POST', body: JSON.stringify(body) }
    const answer = await fetch(`${url}/jsonrpc`, request)
    return ((await answer.json()) as { result: unknown }).result
  }
  const user = await rpc('common', 'authenticate', [database, login, 'k', {}])
  const named = { domain: [['is_registrant', '=', true]], order: 'id' }
  const call = ['res.partner', 'search_read', [], named]
  return (await rpc('object', 'execute_kw', [database, user, 'k', ...call])) as readonly unknown[]
}
