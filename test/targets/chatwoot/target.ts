/** Chatwoot as a target of tests: a fresh stand-in. */
import { chatwoot } from '../../../main/stand-ins/chatwoot/stand-in.ts'
import type { TestTarget } from '../../support/test-target.ts'
import { startChatwoot, type ChatwootStandIn } from './stand-in.ts'

export const chatwootTarget: TestTarget<ChatwootStandIn> = {
  adapter: 'chatwoot',
  ...chatwoot.signIn('stand-in-key'),
  standIn: () => startChatwoot(),
}
