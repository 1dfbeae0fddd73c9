/** The drawing of a plot of a report: the same for a page, a file and a PDF. */
import { calibrationScene } from '../../platform/figures/calibration-plot.ts'
import { intervalScene } from '../../platform/figures/interval-plot.ts'
import type { Scene } from '../../platform/figures/scene.ts'
import type { CalibrationPlot, IntervalPlot } from './contract.ts'

export function sceneOf(plot: IntervalPlot | CalibrationPlot, variant: 'wide' | 'narrow'): Scene {
  return plot.plot === 'intervals' ? intervalScene(plot, variant) : calibrationScene(plot, variant)
}
