import { mailchimp } from '../../../main/engine/targets/mailchimp/adapter.ts'
import { testAdapter } from '../conformance/conformance.ts'
import { testWebhooks } from '../conformance/webhooks.ts'
import { startMailchimp } from './stand-in.ts'
import { mailchimpKey, mailchimpServer } from './subject.ts'

const start = async () => mailchimpServer(await startMailchimp({ key: mailchimpKey }))

const withoutHook = async () => ({ ...(await start()), secrets: { apiKey: mailchimpKey } })

// Consents come along with members.
testAdapter(mailchimp, withoutHook, { sends: ['person'] })
testWebhooks(mailchimp, 'contactPreference', start, 'person')
