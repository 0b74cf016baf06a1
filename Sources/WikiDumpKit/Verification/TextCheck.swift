public import MWBzUtils

/// Compares every text of an export with the size and the hash that stand beside it.
///
/// The size is the attribute `bytes` of `<text>`. The hash is SHA-1 in base 36: the attribute `sha1` of `<text>`, and the element
/// `<sha1>` of the revision. The latter is that of the main slot; with more slots, it is made of their hashes in the order of
/// their roles, each time of the one so far and the next (`RevisionSlots::computeSha1` of MediaWiki).
public struct TextCheck: Sendable {
    /// Something that does not agree.
    public struct Finding: Sendable, Hashable, CustomStringConvertible {
        /// The id of the page.
        public let page: Int64
        /// The title of the page.
        public let title: String
        /// The id of the revision.
        public let revision: Int64
        /// What does not agree.
        public let message: String

        /// All of it, in one line.
        public var description: String { "revision \(revision) of page \(page) \(title.debugDescription): \(message)" }
    }

    /// How many findings are kept.
    private static let limit = 100
    /// The first findings.
    public private(set) var findings: [Finding] = []
    /// All findings, also those that were not kept.
    public private(set) var findingCount = 0
    /// Texts that were compared with something.
    public private(set) var provenCount = 0
    /// Texts that have neither a size nor a hash beside them.
    public private(set) var bareCount = 0
    /// Texts that are hidden from the public.
    public private(set) var hiddenCount = 0
    /// Texts that are not in the export, as in a stub.
    public private(set) var absentCount = 0
    private var reader = ExportReader()
    private var page: PageRecord?

    /// Makes a check of an export.
    public init() {}

    /// What the export has no texts for, in a sentence; nil if it has some.
    public var lack: String? {
        guard provenCount == 0, bareCount == 0 else { return nil }
        if hiddenCount > 0 { return "all \(hiddenCount) texts are hidden" }
        return absentCount > 0 ? "it has no texts, only what is said of them" : nil
    }

    /// Checks the next bytes of the export.
    /// - Throws: ``BzError`` if it cannot be read as one.
    public mutating func add(_ bytes: [UInt8]) throws(BzError) {
        var records: [ExportRecord] = []
        var problem: BzError?
        do throws(BzError) { try reader.read(bytes, into: &records) } catch { problem = error }
        for record in records {
            switch record {
            case .page(let record): page = record
            case .revision(let record): check(record)
            default: break
            }
        }
        if let problem { throw problem }
    }

    private mutating func check(_ revision: RevisionRecord) {
        var sums: [(role: String, sum: String)] = []
        for slot in [revision.main] + revision.slots {
            guard let text = slot.text else {
                if slot.isHidden { hiddenCount += 1 } else { absentCount += 1 }
                continue
            }
            let bytes = text.bytes
            let sum = ContentSum.sum(of: bytes).description
            sums.append((slot.role, sum))
            let place = slot.role == "main" ? "its text" : "the text of its slot \(slot.role)"
            var isBare = revision.sha1?.isEmpty ?? true
            if let count = slot.byteCount {
                isBare = false
                if count != bytes.count {
                    tell(revision, "\(place) has \(bytes.count) bytes, but its attribute bytes is \(count)")
                }
            }
            if let said = slot.sha1, !said.isEmpty {
                isBare = false
                if said != sum { tell(revision, "the hash of \(place) is \(sum), but its attribute sha1 is \(said)") }
            }
            if isBare { bareCount += 1 } else { provenCount += 1 }
        }
        // Of a hidden slot there is no hash.
        guard let said = revision.sha1, !said.isEmpty, sums.count == revision.slots.count + 1 else { return }
        let sorted = sums.sorted { $0.role.utf8.lexicographicallyPrecedes($1.role.utf8) }.map(\.sum)
        let sum = sorted.dropFirst().reduce(sorted.first ?? "") { sum, next in
            ContentSum.sum(of: Array((sum + next).utf8)).description
        }
        if said != sum { tell(revision, "the hash of its texts is \(sum), but its sha1 is \(said)") }
    }

    private mutating func tell(_ revision: RevisionRecord, _ message: String) {
        findingCount += 1
        guard findings.count < Self.limit else { return }
        findings.append(
            Finding(page: page?.id ?? 0, title: page?.title ?? "", revision: revision.id, message: message))
    }
}
