/** What a person sets for Planning Center: the form. */
import { z } from 'zod'

export const settings = z.object({
  sendCampuses: z.boolean().default(false).meta({
    title: 'Make campuses of clubs',
    description:
      'Organisations made or changed here go to Planning Center as campuses. Off: campuses only come in.',
  }),
  deletePeople: z.boolean().default(false).meta({
    title: 'Delete people there',
    description:
      'Who is deleted here is deleted at Planning Center with all history. Off: the profile becomes inactive.',
  }),
  clientId: z.string().trim().max(200).default('').meta({
    title: 'Client ID',
    description: 'For the sign-in with OAuth 2: the client ID of the application.',
  }),
  pageSize: z.int().min(2).max(100).default(100).meta({
    title: 'People per page',
    description: 'How many people are asked for at once. 2 to 100.',
  }),
})
export type Settings = z.infer<typeof settings>
