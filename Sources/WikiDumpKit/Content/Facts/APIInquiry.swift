/// Asks a wiki about itself through its API.
struct APIInquiry: WikiInquiry {
    /// Where the API is.
    let api: APISettings
    /// What the siteinfo jobs want to know.
    let requests: [SiteInfoRequest]
    /// How often a request is tried again.
    let retries: Int

    func ask() async throws(DumpError) -> WikiFacts {
        var facts: WikiFacts?
        var answers: [SiteInfoRequest: [UInt8]] = [:]
        for request in requests.withHeader {
            let bytes = try await bytes(request)
            let answer = try answer(bytes, to: request)
            answers[request] = bytes
            if facts == nil, request.tellsHeader {
                facts = WikiFacts(siteInfo: try answer.siteInfo(), origin: .api(api.address))
            }
        }
        guard var facts else { throw DumpError(.source, "\(api.address) was asked for nothing") }
        facts.answers = answers
        facts.everybodyMayRead = true
        return facts
    }

    private func answer(_ bytes: [UInt8], to request: SiteInfoRequest) throws(DumpError) -> SiteInfoAnswer {
        do throws(DumpError) {
            let answer = try SiteInfoAnswer(bytes, of: "the answer of \(api.address)")
            try answer.check(has: request.properties)
            return answer
        } catch {
            throw DumpError(
                .source, error.message, remedy: "look at what the address answers, and correct [wiki] apiaddress",
                cause: error.cause)
        }
    }

    private func bytes(_ request: SiteInfoRequest) async throws(DumpError) -> [UInt8] {
        let outcome = await SeriesRunner(limit: 1).run([
            CommandSeries(
                "siteinfo",
                [Pipeline("siteinfo", [command(request)], output: .collected(limit: 64 << 20))],
                retries: .doubling(.seconds(1), retries: retries))
        ])
        switch outcome.first {
        case .success(let pipelines): return pipelines.first?.output ?? []
        case .failure(let failure): throw DumpError(failure)
        case nil: throw DumpError(.cancelled, "stopped on request")
        }
    }

    private func command(_ request: SiteInfoRequest) -> Command {
        var arguments = [
            "--fail", "--silent", "--show-error", "--globoff", "--proto", "=http,https", "--max-time", "120",
        ]
        if !api.host.isEmpty { arguments += ["--header", "Host: \(api.host)"] }
        let separator = api.address.contains("?") ? "&" : "?"
        arguments += ["--url", api.address + separator + request.query]
        return Command(api.curl, arguments)
    }
}

extension DumpError {
    /// Whether a wiki refused to answer because only those who are logged in may read it.
    var isReadDenial: Bool { cause is ReadDenied }
}

/// The API's refusal `readapidenied`.
struct ReadDenied: Error {}
