/** The sections of a notice or a system card: a heading, lines, and parts with lines of their own. */
import type { NoticeSection } from '../../../src/transparency/contract.ts'

export const Sections = ({ sections }: { sections: readonly NoticeSection[] }) => (
  <>
    {sections.map((section) => (
      <section class="sheet" aria-labelledby={`part-${section.id}`}>
        <h2 id={`part-${section.id}`}>{section.title}</h2>
        <SectionBody section={section} part="h3" />
      </section>
    ))}
  </>
)

/** What stands under its heading. `part`: the heading of a part, one level below that. */
export const SectionBody = ({ section, part }: { section: NoticeSection; part: 'h3' | 'h4' }) => (
  <>
    {section.lines.map((line) => (
      <p>{line}</p>
    ))}
    <Parts parts={section.parts} heading={part} />
    {section.links.map(({ label, url }) => (
      <p>
        <a href={url}>{label}</a>
      </p>
    ))}
  </>
)

/** Parts without lines of their own are a list; others each have a heading. */
const Parts = ({ parts, heading: Heading }: { parts: NoticeSection['parts']; heading: 'h3' | 'h4' }) =>
  parts.length === 0 ? null : parts.every(({ lines, links }) => lines.length + links.length === 0) ? (
    <ul class="bullets">
      {parts.map(({ title }) => (
        <li>{title}</li>
      ))}
    </ul>
  ) : (
    parts.map(({ title, lines, links }) => (
      <>
        <Heading>{title}</Heading>
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
