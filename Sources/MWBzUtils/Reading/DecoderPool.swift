import Synchronization

/// Decoders that tasks use by turns, so that their working memory is got once.
///
/// Sendable although decoders are not: a decoder is either in the list, which the lock guards, or in the hands of the one
/// caller that took it out.
final class DecoderPool<Decoder: BzBlockDecoder>: @unchecked Sendable {
    private let lock = Mutex<Void>(())
    private var decoders: [Decoder] = []

    func decode(_ bytes: [UInt8], at bitOffset: Int, level: Int) throws(BzError) -> BzDecodedBlock {
        let decoder = lock.withLock { _ in decoders.popLast() } ?? Decoder()
        defer { lock.withLock { _ in decoders.append(decoder) } }
        return try decoder.decode(bytes, at: bitOffset, level: level)
    }
}
