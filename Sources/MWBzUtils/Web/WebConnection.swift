private import CCurl

/// A connection to web servers, by libcurl. One request at a time; the network connection is kept between them.
///
/// Its calls block the calling thread, and end within a fifth of a second once the task is cancelled.
@safe final class WebConnection {
    private static let chunkSize = 1 << 17
    private let handle: UnsafeMutableRawPointer
    private let settings: WebSettings

    /// - Throws: ``WebFailure`` if libcurl cannot be loaded.
    init(_ settings: WebSettings) throws(WebFailure) {
        self.settings = settings
        var message = [CChar](repeating: 0, count: 512)
        guard unsafe ccurl_load(&message, message.count) == 0 else {
            let text = String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            throw WebFailure(
                .other, "libcurl cannot be loaded: \(text)", remedy: "install it (libcurl4 on Debian)")
        }
        guard let handle = unsafe ccurl_new() else { throw WebFailure(.other, "there is not enough memory") }
        unsafe self.handle = handle
    }

    deinit { unsafe ccurl_free(handle) }

    /// Asks for a file, or for some of its bytes, and waits for the header of the answer.
    /// - Parameters:
    ///   - first: The first byte; nil for the whole file.
    ///   - last: The last byte; nil for the rest of the file.
    /// - Throws: ``WebFailure`` if there is no answer.
    func ask(
        _ address: WebAddress, from first: Int64? = nil, through last: Int64? = nil
    ) throws(WebFailure) -> WebHeader {
        let range = first.map { "\($0)-\(last.map { String($0) } ?? "")" } ?? ""
        let isBegun = unsafe address.description.withCString { url in
            unsafe settings.userAgent.withCString { agent in
                unsafe range.withCString { range in
                    var request = unsafe ccurl_request(
                        url: url, user_agent: agent, range: range, connect_limit: settings.connectLimit,
                        silence: settings.silence, redirect_limit: settings.redirectLimit)
                    return unsafe ccurl_begin(handle, &request) == 0
                }
            }
        }
        guard isBegun else { throw WebFailure(.other, "the request could not be made", remedy: "check the address") }
        waiting = []
        while true {
            // What leads elsewhere is followed by another header.
            if unsafe ccurl_has_header(handle) != 0, let answer, !(100..<200).contains(answer.status),
                !(300..<400).contains(answer.status) || answer.fields["location"] == nil
            {
                return answer
            }
            let bytes = try pull()
            waiting += bytes ?? []
            if bytes == nil {
                guard let answer else { throw WebFailure(.passing(pause: nil), "the server answered with nothing") }
                return answer
            }
        }
    }

    /// What came of the body before its header had been looked at.
    private var waiting: [UInt8] = []

    private var answer: WebHeader? {
        let status = unsafe Int(ccurl_status(handle))
        guard status > 0 else { return nil }
        return unsafe WebHeader(
            status: status, header: String(cString: ccurl_header(handle)),
            address: String(cString: ccurl_address(handle)))
    }

    /// The next bytes of the body; nil at its end.
    /// - Throws: ``WebFailure`` if the transfer broke off.
    func next() throws(WebFailure) -> [UInt8]? {
        if !waiting.isEmpty {
            defer { waiting = [] }
            return waiting
        }
        while let bytes = try pull() {
            if !bytes.isEmpty { return bytes }
        }
        return nil
    }

    /// What has come of the body within a fifth of a second; nil at its end.
    private func pull() throws(WebFailure) -> [UInt8]? {
        if Task.isCancelled { throw WebFailure(.cancelled, "the reading was stopped") }
        var count = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: Self.chunkSize) { buffer, filled in
            unsafe count = ccurl_pull(handle, buffer.baseAddress, buffer.count, 200)
            filled = max(0, count)
        }
        if count >= 0 { return bytes }
        if count == -1 { return nil }
        throw failure()
    }

    private func failure() -> WebFailure {
        let text = unsafe String(cString: ccurl_error_text(handle))
        // Numbers of curl.h.
        switch unsafe ccurl_error(handle) {
        case 1, 3: return WebFailure(.other, "the address is not valid: \(text)", remedy: "check the address")
        case 47: return WebFailure(.other, "the server leads from one address to the next: \(text)")
        case 60, 77, 83: return WebFailure(.other, "the certificate of the server is not trusted: \(text)")
        default:
            return WebFailure(
                .passing(pause: nil), "the server cannot be reached, or broke off: \(text)", remedy: "try again later")
        }
    }
}
