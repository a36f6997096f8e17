/** TagServer as a target of tests. */
import type { EntityName } from '../../../main/contract/words.ts'
import type { RemoteBody } from '../../../main/engine/targets/kit/adapter.ts'
import type { CollectionName } from '../../../main/stand-ins/tagserver/collections.ts'
import { tagserver } from '../../../main/stand-ins/tagserver/stand-in.ts'
import {
  startTestEngine,
  type TestEngine,
  type TestEngineOptions,
} from '../../support/test-engine.ts'
import type { PlainTarget } from '../../support/test-target.ts'
import { standInKey, startTagServer, type TagServerStandIn } from './stand-in.ts'

export const tagserverTarget: PlainTarget<TagServerStandIn> = {
  adapter: 'tagserver',
  ...tagserver.signIn(standInKey),
  standIn: () => startTagServer(),
  async contentOf(server, bindings) {
    const all = await server.dumpAll()
    const content = new Map<EntityName, Map<string, RemoteBody>>()
    for (const { entity, remoteName } of bindings) {
      const items = all[remoteName as CollectionName]
      content.set(entity, new Map(items.map((item) => [String(item.id), item])))
    }
    return content
  },
}

/** An engine whose target `timing` is TagServer. */
export function startAtTagServer(
  options: Omit<TestEngineOptions<TagServerStandIn>, 'target'> = {},
): Promise<TestEngine<TagServerStandIn>> {
  return startTestEngine({ target: tagserverTarget, ...options })
}
