/// A file on a web server from a place to its end. When a transfer breaks off, it goes on where it was.
///
/// Its calls block the calling thread.
package final class WebStream {
    /// The address.
    package let address: WebAddress
    /// Bytes of the whole file; nil if the server does not say.
    package private(set) var size: Int64?
    /// Where the next bytes are in the file.
    package private(set) var position: Int64
    private let settings: WebSettings
    private var connection: WebConnection
    private var validator: String?
    private var isOpen = false

    /// Asks for a file.
    /// - Parameter place: Where to begin. A server that does not give parts of files begins at 0 all the same: see
    ///   ``position``.
    /// - Throws: ``WebFailure``.
    package init(_ address: WebAddress, from place: Int64 = 0, settings: WebSettings = .standard) throws(WebFailure) {
        (self.address, self.settings, position) = (address, settings, place)
        connection = try WebConnection(settings)
        var stream = self
        try WebRetry(settings: settings).run(&stream, progress: { _ in 0 }) { stream throws(WebFailure) in
            try stream.open()
        }
    }

    private func open() throws(WebFailure) {
        let answer = try connection.ask(address, from: position)
        let isFirst = validator == nil && size == nil
        if answer.status == 416, let all = answer.contentRange?.size, all <= position {
            guard isFirst || size == all else { throw changed() }
            // Nothing follows, or what was there before is longer than the file.
            (size, isOpen) = (all, true)
            return
        }
        if let failure = WebFailure(answer) { throw failure }
        if answer.status == 206 {
            guard let range = answer.contentRange, range.first == position else {
                throw WebFailure(
                    .other, "the server does not give the part of the file that it is asked for",
                    remedy: "use another server")
            }
            guard isFirst || size == range.size && validator == answer.validator else { throw changed() }
            size = range.size
        } else {
            guard isFirst || position == 0 else {
                throw WebFailure(
                    .withoutRanges, "the server broke off, and does not give parts of files", remedy: "begin again")
            }
            (size, position) = (answer.contentLength, 0)
        }
        validator = answer.validator
        isOpen = true
    }

    private func changed() -> WebFailure {
        WebFailure(.changed, "changed while it was read", remedy: "begin again")
    }

    /// The next bytes; nil at the end.
    /// - Throws: ``WebFailure``.
    package func next() throws(WebFailure) -> [UInt8]? {
        var stream = self
        return try WebRetry(settings: settings).run(&stream, progress: { $0.position }) {
            stream throws(WebFailure) in
            try stream.step()
        }
    }

    private func step() throws(WebFailure) -> [UInt8]? {
        do throws(WebFailure) {
            if !isOpen { try open() }
            if let size, position >= size { return nil }
            if let bytes = try connection.next() {
                position += Int64(bytes.count)
                return bytes
            }
            guard let size, position < size else { return nil }
            throw WebFailure(.passing(pause: nil), "the server broke off", remedy: "try again later")
        } catch {
            isOpen = false
            throw error
        }
    }
}
