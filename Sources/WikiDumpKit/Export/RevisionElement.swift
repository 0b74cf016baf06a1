internal import Crypto

struct RevisionElement: Sendable {
    private let style: ExportStyle
    private let hiddenDetails: HiddenDetails
    private let writer: ElementWriter
    private let formats: ContentFormats
    private let stubIDStyle: StubIDStyle

    private let comment = XMLElement("      <comment>", "</comment>\n", empty: "")
    private let sum = XMLElement("      <sha1>", "</sha1>\n", empty: "      <sha1 />\n")
    private let role = XMLElement("        <role>", "</role>\n", empty: "        <role />\n")

    init(
        writer: ElementWriter, hiddenDetails: HiddenDetails, formats: ContentFormats = ContentFormats(),
        stubIDStyle: StubIDStyle = .anyAddress
    ) {
        style = writer.style
        self.hiddenDetails = hiddenDetails
        self.formats = formats
        self.stubIDStyle = stubIDStyle
        self.writer = writer
    }

    func write(_ revision: Revision, of page: Page, _ buffer: inout XMLBuffer) {
        buffer.literal("    <revision>\n      <id>")
        buffer.number(revision.id)
        if revision.parent != 0 {
            buffer.literal("</id>\n      <parentid>")
            buffer.number(revision.parent)
            buffer.literal("</parentid>\n      <timestamp>")
        } else {
            buffer.literal("</id>\n      <timestamp>")
        }
        buffer.timestamp(revision.timestamp)
        buffer.literal("</timestamp>\n")
        writeContributor(revision, &buffer)
        if revision.isMinor { buffer.literal(style == .stub ? "      <minor/>\n" : "      <minor />\n") }
        if revision.hidden.contains(.comment) {
            buffer.literal("      <comment deleted=\"deleted\" />\n")
        } else if !revision.comment.isEmpty {
            writer.clean(comment, revision.comment, &buffer)
        }
        let isHidden = isContentHidden(revision, of: page)
        write(revision.main, isMain: true, isHidden: isHidden, &buffer)
        for slot in revision.otherSlots {
            buffer.literal("      <content>\n")
            writer.raw(role, slot.role.utf8, &buffer)
            write(slot, isMain: false, isHidden: isHidden, &buffer)
            buffer.literal("      </content>\n")
        }
        if isHidden {
            buffer.literal(style == .stub ? "      <sha1/>\n" : "      <sha1 />\n")
        } else {
            writer.raw(sum, ContentSum.sum(of: revision), &buffer)
        }
        buffer.literal("    </revision>\n")
    }

    /// The total size of the texts according to their elements; 0 if they are withheld.
    func textSize(of revision: Revision, of page: Page) -> Int64 {
        if hiddenDetails == .withhold, isContentHidden(revision, of: page) { return 0 }
        // Damaged sizes must not stop a dump, and readers of the file treat a negative size as none.
        return revision.otherSlots.reduce(max(revision.main.size, 0)) { $0 &+ max($1.size, 0) }
    }

    private func isContentHidden(_ revision: Revision, of page: Page) -> Bool {
        revision.hidden.contains(.content) && (hiddenDetails == .withhold || revision.id != page.latestRevision)
    }

    private func writeContributor(_ revision: Revision, _ buffer: inout XMLBuffer) {
        if revision.hidden.contains(.contributor) {
            ContributorElement.ofRevision.writeHidden(&buffer)
        } else if revision.contributor.name.isEmpty {
            // MediaWiki's `ActorStore::getUnknownActor`.
            ContributorElement.ofRevision.write(0, Array("Unknown user".utf8), writer, &buffer)
        } else {
            let contributor = revision.contributor
            ContributorElement.ofRevision.write(contributor.id ?? 0, contributor.name, writer, &buffer)
        }
    }

    private func write(_ slot: Slot, isMain: Bool, isHidden: Bool, _ buffer: inout XMLBuffer) {
        buffer.literal(isMain ? "      <origin>" : "        <origin>")
        buffer.number(slot.origin)
        if slot.model == "wikitext" {
            buffer.literal(
                isMain
                    ? "</origin>\n      <model>wikitext</model>\n      <format>text/x-wiki</format>\n      <text"
                    : "</origin>\n        <model>wikitext</model>\n        <format>text/x-wiki</format>\n        <text")
        } else {
            buffer.literal(isMain ? "</origin>\n      <model>" : "</origin>\n        <model>")
            let format = formats.format(of: slot.model)
            buffer.raw((format == nil ? ContentFormats.unknownModel : slot.model).utf8, writer.form)
            buffer.literal(isMain ? "</model>\n      <format>" : "</model>\n        <format>")
            buffer.raw((format ?? ContentFormats.unknownFormat).utf8, writer.form)
            buffer.literal(isMain ? "</format>\n      <text" : "</format>\n        <text")
        }
        if isHidden, hiddenDetails == .withhold { return buffer.literal(" deleted=\"deleted\" />\n") }
        buffer.literal(" bytes=\"")
        buffer.number(slot.size)
        buffer.literal("\" sha1=\"")
        let slotSum = ContentSum.sum(of: slot)
        if slotSum != "0" { buffer.attribute(slotSum) }
        if isHidden { return buffer.literal("\" deleted=\"deleted\" />\n") }
        switch style {
        case .stub:
            buffer.literal("\" location=\"")
            buffer.attribute(slot.address.utf8)
            if isMain { writeID(TextAddress.stubID(slot.address, style: stubIDStyle), &buffer) }
            buffer.literal("\" />\n")
        case .pages:
            writeText(slot.text ?? [], &buffer)
        }
    }

    private func writeID(_ id: TextAddress.StubID, _ buffer: inout XMLBuffer) {
        if id == .none { return }
        buffer.literal("\" id=\"")
        switch id {
        case .none: break
        case .number(let number): buffer.number(number)
        case .text(let text): buffer.attribute(text.utf8)
        }
    }

    private func writeText(_ text: [UInt8], _ buffer: inout XMLBuffer) {
        guard text.contains(UInt8(ascii: "\r")) else { return writeTextWithoutReturns(text, &buffer) }
        // The text pass removes every CR before it looks at the text.
        writeTextWithoutReturns(text.filter { $0 != UInt8(ascii: "\r") }, &buffer)
    }

    private func writeTextWithoutReturns(_ text: [UInt8], _ buffer: inout XMLBuffer) {
        if text.isEmpty { return buffer.literal("\" />\n") }
        buffer.literal("\" xml:space=\"preserve\">")
        writer.clean(text, &buffer)
        buffer.literal("</text>\n")
    }
}

/// The export format of each content model, as declared by MediaWiki's content handlers.
struct ContentFormats: Sendable {
    /// The values of MediaWiki's handler for unknown content.
    static let unknownModel = "unknown"
    static let unknownFormat = "application/octet-stream"

    /// The models of MediaWiki 1.39 to 1.47 and of extensions that are bundled with it or used on Wikimedia's wikis, by
    /// format.
    private static let models: [(format: String, models: [String])] = [
        ("text/x-wiki", ["wikitext", "proofread-index", "proofread-page"]),
        ("text/javascript", ["javascript"]),
        ("text/css", ["css", "sanitized-css"]),
        ("text/plain", ["text", "Scribunto", "zobject"]),
        ("application/vue+xml", ["vue"]),
        (unknownFormat, [unknownModel]),
        (
            "application/json",
            [
                "json", "Campaign", "Chart.JsonConfig", "CollaborationHubContent", "CollaborationListContent",
                "EntitySchema", "GadgetDefinition", "GeoJSON", "JadeEntity", "JadeJudgment", "Json.JsonConfig",
                "JsonSchema", "JsonZeroConfig", "Map.JsonConfig", "MassMessageListContent", "NewsletterContent",
                "SecurePoll", "Tabular.JsonConfig", "flow-board", "graph.JsonConfig", "smw/schema",
                "translate-messagebundle", "wikibase-entity-schema", "wikibase-item", "wikibase-lexeme",
                "wikibase-mediainfo", "wikibase-property",
            ]
        ),
    ]
    private static let builtIn = models.reduce(into: [String: String]()) { formats, entry in
        for model in entry.models { formats[model] = entry.format }
    }

    private let formats: [String: String]

    /// Makes the formats.
    /// - Parameter added: The formats of more models, or of models that a wiki has changed.
    init(_ added: [String: String] = [:]) { formats = Self.builtIn.merging(added) { $1 } }

    func format(of model: String) -> String? { formats[model] }
}

/// Hashes as MediaWiki stores them: SHA-1 as 31 digits of base 36.
enum ContentSum {
    static func sum(of bytes: [UInt8]) -> ShortBytes {
        var words: [UInt32] = []
        var digest = Insecure.SHA1.hash(data: bytes).makeIterator()
        while let first = digest.next() {
            let rest = (digest.next() ?? 0, digest.next() ?? 0, digest.next() ?? 0)
            words.append(UInt32(first) << 24 | UInt32(rest.0) << 16 | UInt32(rest.1) << 8 | UInt32(rest.2))
        }
        var digits = [UInt8](repeating: UInt8(ascii: "0"), count: 31)
        for place in digits.indices.reversed() {
            var remainder: UInt64 = 0
            for index in words.indices {
                let value = remainder << 32 | UInt64(words[index])
                words[index] = UInt32(value / 36)
                remainder = value % 36
            }
            digits[place] = UInt8(remainder) + (remainder < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10)
        }
        return ShortBytes(digits)
    }

    /// The hash of a slot: the stored one, or else computed from the text; empty if there is neither.
    static func sum(of slot: Slot) -> ShortBytes {
        if !slot.sha1.isEmpty { return slot.sha1 }
        return slot.text.map(sum(of:)) ?? ShortBytes()
    }

    /// The hash of a revision: the stored one, or else computed from the hashes of its slots in the order of their roles;
    /// empty if one of these is unknown.
    static func sum(of revision: Revision) -> ShortBytes {
        if !revision.sha1.isEmpty, revision.sha1 != "0" { return revision.sha1 }
        if revision.otherSlots.isEmpty { return sum(of: revision.main) }
        let slots = (revision.otherSlots + [revision.main]).sorted {
            $0.role.utf8.lexicographicallyPrecedes($1.role.utf8)
        }
        let sums = slots.map(sum(of:))
        guard let first = sums.first, sums.allSatisfy({ !$0.isEmpty }) else { return ShortBytes() }
        return sums.dropFirst().reduce(first) { sum(of: Array($0) + Array($1)) }
    }
}
