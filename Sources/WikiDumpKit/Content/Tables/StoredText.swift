import CMWBz

/// A text as its row gives it, and what is wrong with it.
struct StoredText {
    /// The text; nil if it cannot be read.
    var text: [UInt8]?
    /// What is wrong, if anything.
    var fault: String?

    /// A text that cannot be read.
    static func unreadable(_ fault: String) -> StoredText { StoredText(text: nil, fault: fault) }

    private init(text: [UInt8]?, fault: String?) {
        self.text = text
        self.fault = fault
    }

    /// Undoes what the flags of the row say was done to the text.
    ///
    /// As MediaWiki does, with no encoding set for old texts: flags that it does not know change nothing.
    init(stored: UnsafeRawBufferPointer, flags: String) {
        let flags = flags.split(separator: ",")
        for (flag, fault) in Self.refusals where flags.contains(flag) {
            self = .unreadable(fault)
            return
        }
        if flags.contains("gzip") {
            guard let text = unsafe Self.inflated(stored) else {
                self = .unreadable("its compressed text is damaged")
                return
            }
            self.init(text: text, fault: nil)
        } else {
            self.init(text: unsafe [UInt8](stored), fault: nil)
        }
        if let unknown = flags.first(where: { !Self.known.contains($0) }) {
            fault = "its text has the unknown flag \"\(unknown)\"; the text was taken as it is"
        } else if text?.isUTF8 == false {
            fault = "its text is no UTF-8; what is none is replaced"
        }
    }

    private static let refusals: [(Substring, String)] = [
        ("error", "its text is marked as lost"),
        ("external", "its text is in an external store, which is not read"),
        ("object", "its text is stored as a PHP object, which is not read"),
    ]
    private static let known: Set<Substring> = ["utf-8", "utf8", "gzip"]

    /// Undoes raw deflate; nil if the data is damaged or ends early.
    private static func inflated(_ stored: UnsafeRawBufferPointer) -> [UInt8]? {
        var stream = unsafe z_stream()
        guard unsafe cmwbz_inflate_init(&stream, -15) == Z_OK else { return nil }
        defer { unsafe _ = inflateEnd(&stream) }
        guard let base = stored.baseAddress, let count = UInt32(exactly: stored.count) else { return nil }
        unsafe stream.next_in = UnsafeMutablePointer(mutating: base.assumingMemoryBound(to: UInt8.self))
        unsafe stream.avail_in = count
        var pieces: [UInt8] = []
        var size = max(4096, stored.count * 4)
        while true {
            var code: Int32 = Z_OK
            let piece = unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
                unsafe stream.next_out = buffer.baseAddress
                unsafe stream.avail_out = UInt32(size)
                code = unsafe inflate(&stream, Z_NO_FLUSH)
                filled = unsafe size - Int(stream.avail_out)
            }
            if pieces.isEmpty { pieces = piece } else { pieces += piece }
            if code == Z_STREAM_END { return pieces }
            guard code == Z_OK, piece.count == size else { return nil }
            size = min(size * 2, 1 << 24)
        }
    }
}
