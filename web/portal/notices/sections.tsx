/** The sections of a notice or a system card: a heading, lines, and parts with lines of their own. */
import type { NoticeSection } from '../../../src/transparency/contract.ts'

export const Sections = ({ sections, prefix = 'part' }: { sections: readonly NoticeSection[]; prefix?: string }) => (
  <>
    {sections.map((section) => (
      <section class="sheet" aria-labelledby={`${prefix}-${section.id}`}>
        <h2 id={`${prefix}-${section.id}`}>{section.title}</h2>
        {section.lines.map((line) => (
          <p>{line}</p>
        ))}
        <Parts section={section} />
        {section.links.map(({ label, url }) => (
          <p>
            <a href={url}>{label}</a>
          </p>
        ))}
      </section>
    ))}
  </>
)

/** Parts without lines of their own are a list; others each have a heading. */
const Parts = ({ section: { parts } }: { section: NoticeSection }) =>
  parts.length === 0 ? null : parts.every(({ lines, links }) => lines.length + links.length === 0) ? (
    <ul class="bullets">
      {parts.map(({ title }) => (
        <li>{title}</li>
      ))}
    </ul>
  ) : (
    parts.map(({ title, lines, links }) => (
      <>
        <h3>{title}</h3>
        <ul class="bullets">
          {lines.map((line) => (
            <li>{line}</li>
          ))}
          {links.map(({ label, url }) => (
            <li>
              <a href={url}>{label}</a>
            </li>
          ))}
        </ul>
      </>
    ))
  )
