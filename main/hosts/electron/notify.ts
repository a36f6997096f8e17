import { Notification } from 'electron'

/** Shows a desktop notification where the system has them; a click runs `onClick`. */
export function notify(title: string, body: string, onClick: () => void): void {
  if (!Notification.isSupported()) return
  const notification = new Notification({ title, body })
  notification.on('click', onClick)
  notification.show()
}
