/** Mailchimp as a target of tests: the audience of a fresh stand-in. */
import { mailchimp } from '../../../main/stand-ins/mailchimp/stand-in.ts'
import type { TestTarget } from '../../support/test-target.ts'
import { startMailchimp, type MailchimpStandIn } from './stand-in.ts'

export const mailchimpTarget: TestTarget<MailchimpStandIn> = {
  adapter: 'mailchimp',
  ...mailchimp.signIn('stand-in-key'),
  standIn: () => startMailchimp(),
}
