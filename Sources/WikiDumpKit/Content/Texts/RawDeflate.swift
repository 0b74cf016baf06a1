import CMWBz

/// Decompresses the output of PHP's `gzdeflate`.
enum RawDeflate {
    /// The most bytes of output. MediaWiki writes at most about 20 MB, but a few damaged bytes could produce terabytes.
    static let limit = 1 << 28

    static func inflated(_ stored: UnsafeRawBufferPointer) throws(TextFault) -> [UInt8] {
        var stream = unsafe z_stream()
        guard unsafe cmwbz_inflate_init(&stream, -15) == Z_OK else { throw .badCompression }
        defer { unsafe _ = inflateEnd(&stream) }
        guard let base = stored.baseAddress, let count = UInt32(exactly: stored.count) else { throw .badCompression }
        unsafe stream.next_in = UnsafeMutablePointer(mutating: base.assumingMemoryBound(to: UInt8.self))
        unsafe stream.avail_in = count
        var pieces: [UInt8] = []
        var size = min(max(4096, stored.count * 4), 1 << 24)
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
            guard code == Z_OK, piece.count == size else { throw .badCompression }
            guard pieces.count < limit else { throw .tooLong }
            size = min(size * 2, 1 << 24)
        }
    }

    static func inflated(_ stored: ArraySlice<UInt8>) throws(TextFault) -> [UInt8] {
        let result = unsafe stored.withUnsafeBytes { memory in
            Result { () throws(TextFault) in try unsafe inflated(memory) }
        }
        return try result.get()
    }
}
