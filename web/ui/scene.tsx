/** A scene as SVG with title and description; its looks are classes of the sheet of styles, or the colour of the text around it. */
import { classOf, type Scene, type Shape } from '../../src/platform/figures/scene.ts'

type SceneProps = {
  readonly scene: Scene
  readonly id: string
  readonly title: string
  readonly description: string
  readonly variant: 'wide' | 'narrow'
}

export const SceneDrawing = ({ scene, id, title, description, variant }: SceneProps) => (
  <svg
    class={`plot__${variant}`}
    viewBox={`0 0 ${scene.width} ${scene.height}`}
    role="img"
    aria-labelledby={`${id}-t ${id}-d`}
  >
    <title id={`${id}-t`}>{title}</title>
    <desc id={`${id}-d`}>{description}.</desc>
    {scene.shapes.map((shape) => (
      <Drawn shape={shape} />
    ))}
  </svg>
)

const Drawn = ({ shape }: { shape: Shape }) => {
  const look = classOf(shape)
  switch (shape.shape) {
    case 'line':
      return (
        <path
          class={look}
          fill="none"
          stroke="currentColor"
          stroke-width={shape.width}
          stroke-dasharray={shape.dashed ? '5 3' : undefined}
          d={`M${shape.x1} ${shape.y1}L${shape.x2} ${shape.y2}`}
        />
      )
    case 'polygon': {
      const pairs = shape.points.flatMap((x, i) => (i % 2 === 0 ? [`${x} ${shape.points[i + 1]}`] : []))
      const d = `M${pairs.join('L')}z`
      if (shape.hollow) return <path class={look} d={d} />
      return shape.look === 'margin' ? (
        <path class={look} fill-opacity="0.14" d={d} />
      ) : (
        <path class={look} fill="currentColor" d={d} />
      )
    }
    case 'circle':
      return <circle class={look} fill="currentColor" cx={shape.x} cy={shape.y} r={shape.r} />
    case 'text':
      return (
        <text
          class={look}
          x={shape.x}
          y={shape.y}
          font-size={shape.size}
          text-anchor={shape.anchor === 'start' ? undefined : shape.anchor}
        >
          {shape.text}
        </text>
      )
  }
}
