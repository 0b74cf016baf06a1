struct PHPInquiry: WikiInquiry {
    let scripts: MediaWikiScripts
    /// The requests of the siteinfo jobs.
    let requests: [SiteInfoRequest]

    func ask() async throws(DumpError) -> WikiFacts {
        let remedy =
            "see what \(scripts.php) says to eval.php, and correct dir in the section [wiki] and php in [tools]"
        let result: CommandResult
        do throws(DumpError) {
            let command = try scripts.command("eval.php", [])
            result = try await CommandRunner().write(
                Invocation("eval.php", command, output: .collected(limit: 64 << 20))
            ) { (input) async throws(DumpError) in
                try await input.write(PHPQuestion.code(for: requests))
            }
        } catch {
            if error.code == .cancelled { throw error }
            throw DumpError(.source, "the wiki's PHP cannot be asked: \(error.message)", remedy: remedy)
        }
        let facts = PHPQuestion.facts(in: result.output, of: requests, from: .php(scripts.directory))
        guard let facts else {
            let written = LineSplitter.lastLines(of: result.output)
            let said =
                Complaint.line(among: result.outcome.lastLines) ?? Complaint.line(among: written) ?? "it said nothing"
            throw DumpError(
                .source, "the wiki's PHP in \(scripts.directory) did not give the facts about the wiki: \(said)",
                remedy: remedy)
        }
        return facts
    }
}

/// The questions to a wiki's PHP, as code for MediaWiki's `eval.php`, and the parser of the answer.
///
/// The script reads one line of at most 1023 bytes at a time, and keeps variables from line to line. The code writes nothing,
/// neither to the database nor to a file. It calls the API inside the same process, with the rights of a reader who may see
/// everything, because the API of a private wiki would refuse everybody else.
enum PHPQuestion {
    static func code(for requests: [SiteInfoRequest]) -> [UInt8] {
        let questions = requests.map { request in
            // In hexadecimal, no name can end the string literal around it.
            let names = request.properties.joined(separator: "|").utf8.hexadecimal
            return "$answer['answers'][] = $ask( hex2bin( '\(names)' ), \(request.formatVersion) );"
        }
        return Array((opening + facts + api + questions + [closing]).map { $0 + "\n" }.joined().utf8)
    }

    // PHP may write notices and warnings to the same stream, before and after the answer.
    private static let start = "<<<WikiFacts "
    private static let end = " WikiFacts>>>"

    private static let opening = [
        // Classes moved into namespaces between 1.39 and 1.47, and the old names were removed some versions later.
        "$named = function ( $old, $new ) { return class_exists( $new ) ? $new : $old; };",
        "$services = MediaWiki\\MediaWikiServices::getInstance();",
        "$config = $services->getMainConfig();",
        "$language = $services->getContentLanguage();",
        "$title = $named( 'Title', 'MediaWiki\\Title\\Title' );",
    ]

    /// What `XmlDumpWriter` writes into the header of an export, and facts that no API reveals.
    private static let facts = [
        "$answer = [ 'sitename' => $config->get( 'Sitename' ), 'dbname' => $config->get( 'DBname' ) ];",
        "$answer['base'] = $title::newMainPage()->getCanonicalURL();",
        "$answer['generator'] = 'MediaWiki ' . MW_VERSION;",
        "$answer['capitalized'] = (bool)$config->get( 'CapitalLinks' );",
        "$answer['lang'] = $language->getHtmlCode();",
        // What `Language::normalize` does to one sample letter of each kind tells whether it corrects that kind.
        "$answer['arabic'] = $language->normalize( \"\\u{FB50}\" ) === \"\\u{0671}\";",
        "$answer['malayalam'] = $language->normalize( \"\\u{0D15}\\u{0D4D}\\u{200D}\" ) === \"\\u{0D7F}\";",
        "$capital = function ( $number ) use ( $services ) "
            + "{ return $services->getNamespaceInfo()->isCapitalized( $number ); };",
        "foreach ( $language->getFormattedNamespaces() as $number => $name ) "
            + "{ $answer['namespaces'][] = [ $number, $name, $capital( $number ) ]; }",
        "$answer['logRestrictions'] = array_map( 'strval', array_keys( $config->get( 'LogRestrictions' ) ) );",
        "$answer['everybodyMayRead'] = $services->getPermissionManager()->isEveryoneAllowed( 'read' );",
        "$answer['legacyEncoding'] = (string)$config->get( 'LegacyEncoding' );",
    ]

    private static let api = [
        "$main = $named( 'ApiMain', 'MediaWiki\\Api\\ApiMain' );",
        "$faux = $named( 'FauxRequest', 'MediaWiki\\Request\\FauxRequest' );",
        "$json = $named( 'FormatJson', 'MediaWiki\\Json\\FormatJson' );",
        "$derived = $named( 'DerivativeContext', 'MediaWiki\\Context\\DerivativeContext' );",
        "$root = $named( 'RequestContext', 'MediaWiki\\Context\\RequestContext' );",
        "$reader = new MediaWiki\\Permissions\\UltimateAuthority( "
            + "new MediaWiki\\User\\UserIdentityValue( 0, '127.0.0.1' ) );",
        "$run = function ( $siprop ) use ( $main, $faux, $derived, $root, $reader ) "
            + "{ $context = new $derived( $root::getMain() ); $context->setAuthority( $reader ); "
            + "$context->setRequest( new $faux( [ 'action' => 'query', 'meta' => 'siteinfo', 'siprop' => $siprop ] ) ); "
            + "$api = new $main( $context ); $api->execute(); return $api->getResult(); };",
        // As `ApiFormatJson` does for the two formats.
        "$ask = function ( $siprop, $version ) use ( $run, $json ) "
            + "{ $form = [ 'Types' => [ 'AssocAsObject' => true ], 'Strip' => 'all' ]; "
            + "if ( $version === 1 ) { $form['BC'] = []; } "
            + "return $json::encode( $run( $siprop )->getResultData( null, $form ), false, "
            + "$version === 1 ? $json::XMLMETA_OK : $json::ALL_OK ); };",
    ]

    private static let closing = "echo \"\\n\(start)\" . json_encode( $answer ) . \"\(end)\\n\";"

    // MARK: The answer

    /// Parses the facts from the output of the script.
    /// - Returns: nil if there is no complete answer.
    static func facts(in output: [UInt8], of requests: [SiteInfoRequest], from origin: WikiFacts.Origin) -> WikiFacts? {
        guard let answer = answer(in: output), let siteInfo = siteInfo(answer) else { return nil }
        guard case .array(let types) = answer["logRestrictions"], case .bool(let mayRead) = answer["everybodyMayRead"],
            let encoding = answer["legacyEncoding"]?.string, case .array(let texts) = answer["answers"],
            texts.count == requests.count
        else { return nil }
        var facts = WikiFacts(siteInfo: siteInfo, origin: origin)
        facts.logRestrictions = Set(types.compactMap(\.string))
        facts.everybodyMayRead = mayRead
        facts.legacyEncoding = encoding
        for (request, text) in zip(requests, texts) {
            guard let text = text.string else { return nil }
            facts.answers[request] = Array(text.utf8)
        }
        return facts
    }

    private static func answer(in output: [UInt8]) -> JSONValue? {
        guard let first = output.firstRange(of: Array(start.utf8)) else { return nil }
        let rest = output[first.upperBound...]
        guard let last = rest.firstRange(of: Array(end.utf8)) else { return nil }
        return try? JSONValue(parsing: Array(rest[..<last.lowerBound]))
    }

    private static func siteInfo(_ answer: JSONValue) -> SiteInfo? {
        func capitalization(_ value: JSONValue?) -> String { value == .bool(true) ? "first-letter" : "case-sensitive" }
        guard let siteName = answer["sitename"]?.string, let database = answer["dbname"]?.string,
            let base = answer["base"]?.string, let generator = answer["generator"]?.string,
            let language = answer["lang"]?.string, case .array(let spaces) = answer["namespaces"]
        else { return nil }
        let namespaces = spaces.compactMap { space -> SiteInfo.Namespace? in
            guard case .array(let parts) = space, parts.count == 3, let name = parts[1].string,
                let id = parts[0].integer.flatMap({ Int(exactly: $0) })
            else { return nil }
            return SiteInfo.Namespace(id: id, name: name, capitalization: capitalization(parts[2]))
        }
        guard namespaces.count == spaces.count else { return nil }
        var textFixes: TextFixes = []
        if answer["arabic"] == .bool(true) { textFixes.insert(.arabic) }
        if answer["malayalam"] == .bool(true) { textFixes.insert(.malayalam) }
        return SiteInfo(
            siteName: siteName, databaseName: database, base: base, generator: generator,
            capitalization: capitalization(answer["capitalized"]), language: language,
            namespaces: namespaces,
            textFixes: textFixes)
    }
}
