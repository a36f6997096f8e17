import { chatwoot } from '../../../main/engine/targets/chatwoot/adapter.ts'
import { testAdapter } from '../conformance/conformance.ts'
import { testWebhooks } from '../conformance/webhooks.ts'
import { startChatwoot } from './stand-in.ts'
import { chatwootKey, chatwootServer } from './subject.ts'

const start = async () => chatwootServer(await startChatwoot({ key: chatwootKey }))

const withoutHook = async () => ({ ...(await start()), secrets: { apiKey: chatwootKey } })

// Conversations are received only.
testAdapter(chatwoot, withoutHook, { sends: ['person'] })
testWebhooks(chatwoot, 'person', start)
