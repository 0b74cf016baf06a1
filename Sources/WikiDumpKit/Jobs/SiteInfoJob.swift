import MWBzUtils

/// Writes what the wiki says about itself: an answer of its API to `meta=siteinfo`.
///
/// The API is asked if the configuration has its address; otherwise the answer that was saved for the source is used.
public struct SiteInfoJob: Job, CommandJob {
    /// What is asked for.
    public let definition: APIJobDefinition

    /// Makes the job of a request.
    public init(_ definition: APIJobDefinition) { self.definition = definition }

    /// The name of the job.
    public var name: String { definition.job }
    /// What the page of the run says about it.
    public var title: String { definition.description }

    /// One file.
    public func fileNames(prefix: String) -> [String] { [prefix + fileName] }

    private var fileName: String { "siteinfo\(definition.formatVersion == 1 ? "" : "2")-\(definition.job).json.gz" }

    /// Writes the file.
    public func run(_ context: JobContext) async throws(DumpError) -> JobReport {
        let settings = context.wiki.settings
        let bytes = try await settings.api.address.isEmpty ? saved(context) : asked(context)
        let file = try context.create(fileName)
        defer { file.discard() }
        let member: [UInt8]
        do { member = try GzipMember.compress(bytes) } catch {
            throw DumpError(.jobFailed, "cannot compress \(fileName)", cause: error)
        }
        try file.write(member)
        context.progress(name, JobProgress(items: 1, bytesIn: Int64(bytes.count), bytesOut: file.size))
        var found = FileContents()
        found.bytes = Int64(bytes.count)
        return JobReport(files: [try file.commit(context.evidence(found: found))])
    }

    /// The answer in the file of the source, told in the format wanted.
    private func saved(_ context: JobContext) throws(DumpError) -> [UInt8] {
        let path = context.wiki.settings.source.siteInfoPath
        let remedy = "save the answer to \(query) there, or set [wiki] apiaddress"
        let bytes: [UInt8]
        do throws(DumpError) { bytes = try FileSystem.read(path) } catch {
            throw DumpError(.jobFailed, "cannot read the siteinfo file “\(path)”", remedy: remedy, cause: error)
        }
        do throws(DumpError) {
            let answer = try SiteInfoAnswer(bytes)
            return try answer.text(of: definition.properties, version: definition.formatVersion)
        } catch {
            throw DumpError(.outputBad, "\(path): \(error.message)", remedy: remedy)
        }
    }

    /// The answer of the API, as it came.
    private func asked(_ context: JobContext) async throws(DumpError) -> [UInt8] {
        let settings = context.wiki.settings
        let outcome = await SeriesRunner(limit: 1, report: context.reportCommand).run([
            CommandSeries(
                name,
                [
                    Pipeline(
                        name, [command(settings)], output: .collected(limit: 64 << 20))
                ], retries: .doubling(.seconds(1), retries: settings.maximumRetries))
        ])
        switch outcome.first {
        case .success(let pipelines):
            let bytes = pipelines.first?.output ?? []
            do throws(DumpError) { try SiteInfoAnswer(bytes).check(has: definition.properties) } catch {
                throw DumpError(
                    .outputBad, "\(settings.api.address): \(error.message)",
                    remedy: "look at what the address answers, and correct [wiki] apiaddress")
            }
            return bytes
        case .failure(let failure): throw DumpError(failure)
        case nil: throw DumpError(.cancelled, "stopped on request")
        }
    }

    /// The request to the API; nothing if the saved answer is used.
    public func commands(for wiki: any Wiki, date: DumpDate, options: RunOptions) -> [Command] {
        wiki.settings.api.address.isEmpty ? [] : [command(wiki.settings)]
    }

    private func command(_ settings: WikiSettings) -> Command {
        var arguments = [
            "--fail", "--silent", "--show-error", "--globoff", "--proto", "=http,https", "--max-time", "120",
        ]
        if !settings.api.host.isEmpty { arguments += ["--header", "Host: \(settings.api.host)"] }
        let separator = settings.api.address.contains("?") ? "&" : "?"
        arguments += ["--url", settings.api.address + separator + query]
        return Command(settings.tools.curl, arguments)
    }

    private var query: String {
        "action=query&meta=siteinfo&siprop=\(definition.properties.map(\.inAddress).joined(separator: "%7C"))"
            + "&format=json&formatversion=\(definition.formatVersion)"
    }
}

extension String {
    /// The text as a part of an address.
    fileprivate var inAddress: String {
        let digits = Array("0123456789ABCDEF")
        return utf8.map { byte in
            let isPlain =
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
            return isPlain
                ? String(UnicodeScalar(byte)) : "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
        }.joined()
    }
}
