/// Decoders that tasks use by turns.
struct DecoderPool<Decoder: BzBlockDecoder>: Sendable {
    private let decoders = ObjectPool<Decoder> { Decoder() }

    func decode(_ bytes: [UInt8], at bitOffset: Int, level: Int) throws(BzError) -> BzDecodedBlock {
        let decoder = decoders.take()
        defer { decoders.give(decoder) }
        return try decoder.decode(bytes, at: bitOffset, level: level)
    }
}
