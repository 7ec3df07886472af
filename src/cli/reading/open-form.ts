/** The form of an answer about packets and connections; what only it needs is loaded when it is asked for. */
import type { Statistics } from '../../report/read/statistics.ts'
import type { Form, Scene } from './scene.ts'

/** The form that was asked for. `comments` are stories by the frames beside which they are written. */
export async function openForm(
  scene: Scene,
  statistics: Statistics,
  comments: ReadonlyMap<number, string>,
): Promise<Form> {
  const { form, json, detail, writeTo } = scene.request
  if (form === 'stats') return (await import('./form-stats.ts')).statsForm(scene, statistics)
  if (form === 'count') return (await import('./form-count.ts')).countForm(scene)
  if (form === 'zeek') return (await import('./form-zeek.ts')).zeekForm(scene)
  if (form === 'write') {
    const { writeForm } = await import('./form-write.ts')
    return writeForm(scene, writeTo ?? '-', comments)
  }
  if (form === 'packets') {
    if (detail) return (await import('./form-detail.ts')).detailForm(scene)
    const { linesForm, packetJsonForm } = await import('./form-packets.ts')
    return json ? packetJsonForm(scene) : linesForm(scene)
  }
  if (json) return (await import('./form-json.ts')).jsonForm(scene)
  if (form === 'flow') return (await import('./form-flow.ts')).flowForm(scene)
  return (await import('./form-table.ts')).tableForm(scene, statistics)
}
