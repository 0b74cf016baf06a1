/// What two dumps are compared by: a revision without its texts, of which only digests are kept.
struct RevisionFacts: Sendable {
    /// What is hidden, as bits.
    static let hiddenUser: UInt8 = 1
    static let hiddenComment: UInt8 = 2
    static let hiddenText: UInt8 = 4

    /// A content of a revision.
    struct Slot: Sendable {
        var role: String
        var model: String?
        var format: String?
        var byteCount: Int64?
        /// The size and the digest of the text, if it is there.
        var text: TextDigest?
    }

    var id: Int64
    var parentID: Int64
    var timestamp: String
    var isMinor: Bool
    var hidden: UInt8
    var comment: String
    var user: String?
    var userID: Int64
    var sha1: String?
    var slots: [Slot]

    init(_ record: RevisionRecord) {
        id = record.id
        parentID = record.parentID ?? 0
        timestamp = record.timestamp
        isMinor = record.isMinor
        let all = [record.main] + record.slots
        hidden =
            (record.isUserHidden ? Self.hiddenUser : 0) | (record.isCommentHidden ? Self.hiddenComment : 0)
            | (all.contains(where: \.isHidden) ? Self.hiddenText : 0)
        comment = record.comment.description
        user = (record.userName ?? record.userAddress)?.description
        userID = record.userID ?? 0
        // The hash of the revision is that of its text if there is one slot.
        sha1 = record.sha1 ?? (record.slots.isEmpty ? record.main.sha1 : nil)
        slots = all.map {
            Slot(
                role: $0.role, model: $0.model, format: $0.format, byteCount: $0.byteCount,
                text: $0.text.map { TextDigest($0.bytes) })
        }
    }
}

/// The size of a text, and a number that another text has by chance once in 2^64 times. It means nothing to other processes.
struct TextDigest: Sendable, Hashable {
    let size: Int64
    let number: Int64

    init(_ text: [UInt8]) {
        var hasher = Hasher()
        unsafe text.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
        (size, number) = (Int64(text.count), Int64(hasher.finalize()))
    }

    init(size: Int64, number: Int64) { (self.size, self.number) = (size, number) }
}

// MARK: As bytes

extension RevisionFacts {
    func encode(to bytes: inout FactBytes) {
        bytes.append(id)
        bytes.append(parentID)
        bytes.append(timestamp)
        bytes.append(Int64(hidden) << 1 | (isMinor ? 1 : 0))
        bytes.append(comment)
        bytes.append(user)
        bytes.append(userID)
        bytes.append(sha1)
        bytes.append(Int64(slots.count))
        for slot in slots {
            bytes.append(slot.role)
            bytes.append(slot.model)
            bytes.append(slot.format)
            bytes.append(slot.byteCount ?? -1)
            bytes.append(slot.text?.size ?? -1)
            bytes.append(slot.text?.number ?? 0)
        }
    }

    init(_ bytes: inout FactBytes) {
        id = bytes.takeNumber()
        parentID = bytes.takeNumber()
        timestamp = bytes.takeString() ?? ""
        let flags = bytes.takeNumber()
        (hidden, isMinor) = (UInt8(flags >> 1), flags & 1 == 1)
        comment = bytes.takeString() ?? ""
        user = bytes.takeString()
        userID = bytes.takeNumber()
        sha1 = bytes.takeString()
        slots = []
        for _ in 0..<bytes.takeNumber() {
            let (role, model, format) = (bytes.takeString(), bytes.takeString(), bytes.takeString())
            let (byteCount, size, number) = (bytes.takeNumber(), bytes.takeNumber(), bytes.takeNumber())
            slots.append(
                Slot(
                    role: role ?? "", model: model, format: format, byteCount: byteCount < 0 ? nil : byteCount,
                    text: size < 0 ? nil : TextDigest(size: size, number: number)))
        }
    }
}

/// Numbers and texts one behind the other, as they are kept outside of memory for a while.
struct FactBytes: Sendable {
    private(set) var bytes: [UInt8]
    private var place = 0

    init(_ bytes: [UInt8] = []) { self.bytes = bytes }

    /// Whether all was taken.
    var isOver: Bool { place >= bytes.count }

    mutating func append(_ number: Int64) { bytes.append(littleEndian: number) }

    mutating func append(_ text: String?) {
        guard let text else { return append(-1) }
        append(Int64(text.utf8.count))
        bytes += text.utf8
    }

    mutating func takeNumber() -> Int64 {
        defer { place += 8 }
        return bytes.number(at: place)
    }

    mutating func takeString() -> String? {
        let count = Int(takeNumber())
        guard count >= 0 else { return nil }
        defer { place += count }
        return String(decoding: bytes[place..<place + count], as: UTF8.self)
    }
}
