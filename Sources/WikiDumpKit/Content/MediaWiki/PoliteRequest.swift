/// Sends a request to a web server with curl. It follows redirects, pauses when told to, and gives up after a known time.
struct PoliteRequest: Sendable {
    /// The longest time for one attempt.
    static let tryLimit = Duration.seconds(30)
    /// The longest time for all attempts, including pauses. A server that demands a longer pause is not asked again.
    static let limit = Duration.seconds(120)
    /// The most redirects that are followed.
    static let redirectLimit = 5

    let api: APISettings
    /// How often a failed request is retried at most.
    let retries: Int
    var timer: any Clock<Duration> = ContinuousClock()

    private enum Outcome {
        case answer([UInt8])
        /// Why there is no answer, whether another attempt may succeed, and the pause that the server demands.
        case fault(
            String, remedy: String = "see what the address answers, and correct apiaddress in the section [wiki]",
            mayPass: Bool = false, pause: Duration? = nil)
    }

    /// The body of the answer.
    /// - Parameter query: The query part of the URL.
    /// - Throws: ``DumpError`` with code `source` that says what the server did, or with code `cancelled`.
    func body(_ query: String) async throws(DumpError) -> [UInt8] { try await body(query, timer) }

    private func body<Timer: Clock<Duration>>(_ query: String, _ timer: Timer) async throws(DumpError) -> [UInt8] {
        let start = timer.now
        var attempt = 0
        while true {
            switch try await once(query) {
            case .answer(let body): return body
            case .fault(let message, let remedy, let mayPass, let demanded):
                let pause = demanded ?? .seconds(1 << min(attempt, 20))
                let isTooLong = start.duration(to: timer.now) + pause > Self.limit
                guard mayPass, attempt < retries, !isTooLong else {
                    let tries = attempt == 0 ? "" : ", \(attempt + 1) times"
                    let waits = demanded != nil && isTooLong ? "; a wait of \(pause) is too long" : ""
                    throw DumpError(.source, "\(api.address) \(message)\(tries)\(waits)", remedy: remedy)
                }
                do { try await timer.sleep(for: pause) } catch {
                    throw DumpError(.cancelled, "stopped while waiting for \(api.address)")
                }
                attempt += 1
            }
        }
    }

    private func once(_ query: String) async throws(DumpError) -> Outcome {
        let invocation = Invocation("siteinfo", command(query), output: .collected(limit: 64 << 20))
        let output: [UInt8]
        do throws(CommandFailure) { output = try await CommandRunner().run(invocation).output } catch {
            switch error.kind {
            case .cancelled: throw DumpError(error)
            case .exited(let status): return fault(ofCurl: status, error)
            case .timeLimit: return .fault("did not answer within \(Self.tryLimit)", mayPass: true)
            default: return .fault("cannot be asked: \(error.message)", remedy: DumpError(error).remedy)
            }
        }
        return WebAnswer(output).map(judged) ?? .fault("did not answer like a web server")
    }

    private func fault(ofCurl status: Int32, _ failure: CommandFailure) -> Outcome {
        // curl writes one line that begins with its name and the status.
        let words = failure.outcome?.lastLines.last ?? "curl ended with status \(status)"
        return switch status {
        case 1, 3: .fault("is not a valid address: \(words)")
        case 28: .fault("did not answer within \(Self.tryLimit): \(words)", mayPass: true)
        case 47: .fault("redirects more than \(Self.redirectLimit) times: \(words)")
        default: .fault("cannot be asked: \(words)", mayPass: true)
        }
    }

    private func judged(_ answer: WebAnswer) -> Outcome {
        let remedy = "set useragent in the section [wiki] to a name with an address where you can be reached"
        let (said, pause) = ("answered with status \(answer.status)", answer.retryAfter)
        switch answer.status {
        case 200..<300: break
        case 403: return .fault(said, remedy: remedy)
        case 429: return .fault(said, remedy: remedy, mayPass: true, pause: pause)
        default: return .fault(said, mayPass: answer.isPassing, pause: pause)
        }
        if let code = answer.fields["mediawiki-api-error"], ["maxlag", "ratelimited", "readonly"].contains(code) {
            let info = (try? JSONValue(parsing: answer.body))?["error"]?["info"]?.string ?? ""
            return .fault(
                "answered with the error \(code): \(info)", remedy: "try again later", mayPass: true, pause: pause)
        }
        if answer.body.first(where: { $0 > 0x20 }) == UInt8(ascii: "<") {
            return .fault(
                "answered with a web page, not with JSON",
                remedy: "set apiaddress in the section [wiki] to the api.php of the wiki")
        }
        return .answer(answer.body)
    }

    private func command(_ query: String) -> Command {
        var arguments = [
            "--silent", "--show-error", "--include", "--suppress-connect-headers", "--globoff",
            "--proto", "=http,https", "--location", "--max-redirs", "\(Self.redirectLimit)",
            "--proto-redir",
            "=http,https", "--connect-timeout", "10", "--max-time", "\(Self.tryLimit.components.seconds)",
            "--user-agent", api.userAgent,
        ]
        if !api.host.isEmpty { arguments += ["--header", "Host: \(api.host)"] }
        let separator = api.address.contains("?") ? "&" : "?"
        arguments += ["--url", api.address + separator + query]
        // A curl that exceeds its own limit is stopped.
        return Command(api.curl, arguments, limits: Command.Limits(time: Self.tryLimit + .seconds(5)))
    }
}

/// A web server's answer, as `curl --include` writes it: the headers of all responses, then the body.
struct WebAnswer: Sendable, Hashable {
    /// The status of the last response, such as 200.
    let status: Int
    /// The header fields of the last response, with names in lower case.
    let fields: [String: String]
    let body: [UInt8]

    /// Parses the output of curl.
    /// - Returns: nil if it does not begin with a response header.
    init?(_ bytes: [UInt8]) {
        var rest = bytes[...]
        var found: (status: Int, fields: [String: String])?
        while rest.starts(with: "HTTP/".utf8), let head = Self.head(&rest) {
            found = head
            // A redirect or an interim response is followed by another header.
            guard (100..<200).contains(head.status) || (300..<400).contains(head.status) else { break }
        }
        guard let found else { return nil }
        (status, fields) = found
        body = Array(rest)
    }

    /// Removes a header from the front.
    private static func head(_ rest: inout ArraySlice<UInt8>) -> (status: Int, fields: [String: String])? {
        var lines: [String] = []
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            var line = rest[..<end]
            rest = rest[(end + 1)...]
            if line.last == UInt8(ascii: "\r") { line.removeLast() }
            if line.isEmpty { break }
            lines.append(String(decoding: line, as: UTF8.self))
        }
        guard let first = lines.first?.split(separator: " "), first.count > 1, let status = Int(first[1]) else {
            return nil
        }
        var fields: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
            fields[line[..<colon].lowercased()] = String(value)
        }
        return (status, fields)
    }

    /// The pause that the server demands, if given in seconds. A date is not understood; then the usual pause is made.
    var retryAfter: Duration? {
        fields["retry-after"].flatMap { Int64($0) }.flatMap {
            (0...Int64(Int32.max)).contains($0) ? .seconds($0) : nil
        }
    }

    /// Whether the server failed only temporarily.
    var isPassing: Bool { [408, 429, 500, 502, 503, 504].contains(status) }
}
