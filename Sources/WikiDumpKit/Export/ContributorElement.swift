/// Writes who did something, as `XmlDumpWriter::writeContributor` does.
struct ContributorElement: Sendable {
    private let username: XMLElement
    private let ip: XMLElement
    private let start: StaticString
    private let beforeID: StaticString
    private let withoutID: StaticString
    private let end: StaticString
    private let hidden: StaticString

    /// The element in a revision.
    static let ofRevision = ContributorElement(
        username: XMLElement("        <username>", "</username>\n", empty: "        <username />\n"),
        ip: XMLElement("        <ip>", "</ip>\n", empty: "        <ip />\n"),
        start: "      <contributor>\n", beforeID: "        <id>", withoutID: "        <id />\n",
        end: "      </contributor>\n", hidden: "      <contributor deleted=\"deleted\" />\n")

    /// The element in a log entry.
    static let ofLogEntry = ContributorElement(
        username: XMLElement("      <username>", "</username>\n", empty: "      <username />\n"),
        ip: XMLElement("      <ip>", "</ip>\n", empty: "      <ip />\n"),
        start: "    <contributor>\n", beforeID: "      <id>", withoutID: "      <id />\n",
        end: "    </contributor>\n", hidden: "    <contributor deleted=\"deleted\" />\n")

    /// Writes the element of somebody who is known, with an id that may be unknown.
    func write(_ id: Int64?, _ name: [UInt8], _ writer: ElementWriter, _ buffer: inout XMLBuffer) {
        buffer.literal(start)
        if (id ?? 0) == 0, InternetAddress.isValid(name) {
            writer.clean(ip, name, &buffer)
        } else {
            writer.clean(username, name, &buffer)
            if let id {
                buffer.literal(beforeID)
                buffer.number(id)
                buffer.literal("</id>\n")
            } else {
                buffer.literal(withoutID)
            }
        }
        buffer.literal(end)
    }

    /// Writes the element of somebody who is hidden.
    func writeHidden(_ buffer: inout XMLBuffer) {
        buffer.literal(hidden)
    }
}
