import CMWBz

/// Whole gzip members in one call.
///
/// A gzip file consists of one or more members. Readers treat them as one file.
public enum GzipMember {
    /// Asks zlib for the gzip wrapper (16) around the largest window (15).
    static let window: Int32 = 15 + 16

    /// Compresses any number of bytes into one complete member. It has time 0 and no name, so equal bytes result in equal
    /// members.
    /// - Parameters:
    ///   - bytes: The content.
    ///   - level: 1 (fast) to 9 (small).
    /// - Throws: ``BzError`` with code `library` if zlib runs out of memory.
    public static func compress(_ bytes: [UInt8], level: Int = 6) throws(BzError) -> [UInt8] {
        let encoder = try GzipMemberEncoder(level: level)
        var member = try encoder.append(bytes)
        member += try encoder.finish()
        return member
    }
}

/// Compresses a gzip member of any size in bounded memory.
///
/// The member has time 0 and no name. Nothing can be appended after ``finish()``.
@safe public final class GzipMemberEncoder {
    private static let chunkSize = 1 << 16
    /// zlib remembers the address, so the state must not move.
    private let stream: UnsafeMutablePointer<z_stream>

    /// Begins a member.
    /// - Parameter level: 1 (fast) to 9 (small).
    /// - Throws: ``BzError`` with code `library` if zlib runs out of memory.
    public init(level: Int = 6) throws(BzError) {
        precondition((1...9).contains(level), "a gzip level must be 1 to 9")
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        let status = unsafe cmwbz_deflate_init(stream, Int32(level), GzipMember.window)
        guard status == Z_OK else {
            unsafe stream.deallocate()
            throw BzError(zlib: status)
        }
    }

    deinit {
        unsafe _ = deflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// Takes the next bytes of the content.
    /// - Returns: the compressed bytes that are ready now, often none.
    public func append(_ bytes: [UInt8]) throws(BzError) -> [UInt8] {
        var output: [UInt8] = []
        try unsafe bytes.withUnsafeBufferPointer { buffer throws(BzError) in
            var start = 0
            while start < buffer.count {
                // zlib counts in 32 bits.
                let piece = unsafe UnsafeBufferPointer(rebasing: buffer[start...].prefix(1 << 30))
                start += piece.count
                unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: piece.baseAddress)
                unsafe stream.pointee.avail_in = UInt32(piece.count)
                while try deflateChunk(Z_NO_FLUSH, into: &output) == .outputFull {}
            }
        }
        return output
    }

    /// Ends the member.
    /// - Returns: the last bytes.
    public func finish() throws(BzError) -> [UInt8] {
        var output: [UInt8] = []
        while try deflateChunk(Z_FINISH, into: &output) != .ended {}
        return output
    }

    private enum Outcome { case inputUsed, outputFull, ended }

    private func deflateChunk(_ flush: Int32, into output: inout [UInt8]) throws(BzError) -> Outcome {
        var status: Int32 = 0
        let chunk = unsafe [UInt8](unsafeUninitializedCapacity: Self.chunkSize) { buffer, filled in
            unsafe stream.pointee.next_out = buffer.baseAddress
            unsafe stream.pointee.avail_out = UInt32(Self.chunkSize)
            status = unsafe deflate(stream, flush)
            filled = unsafe Self.chunkSize - Int(stream.pointee.avail_out)
        }
        output += chunk
        switch status {
        case Z_STREAM_END: return .ended
        // "No progress possible" only says that the input was used up before.
        case Z_OK, Z_BUF_ERROR: return unsafe stream.pointee.avail_out == 0 ? .outputFull : .inputUsed
        default: throw BzError(zlib: status)
        }
    }
}
