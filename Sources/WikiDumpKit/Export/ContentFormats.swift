/// The formats in which contents of each model are exported, as the content handlers of MediaWiki declare them.
struct ContentFormats: Sendable {
    /// What MediaWiki's handler for content that nobody knows says.
    static let unknownModel = "unknown"
    static let unknownFormat = "application/octet-stream"

    /// The models of MediaWiki 1.39 to 1.47 and of extensions that come with it or run on Wikimedia's wikis, by format.
    private static let models: [(format: String, models: [String])] = [
        ("text/x-wiki", ["wikitext", "proofread-index", "proofread-page"]),
        ("text/javascript", ["javascript"]),
        ("text/css", ["css", "sanitized-css"]),
        ("text/plain", ["text", "Scribunto", "zobject"]),
        ("application/vue+xml", ["vue"]),
        (unknownFormat, [unknownModel]),
        (
            "application/json",
            [
                "json", "Campaign", "Chart.JsonConfig", "CollaborationHubContent", "CollaborationListContent",
                "EntitySchema", "GadgetDefinition", "GeoJSON", "JadeEntity", "JadeJudgment", "Json.JsonConfig",
                "JsonSchema", "JsonZeroConfig", "Map.JsonConfig", "MassMessageListContent", "NewsletterContent",
                "SecurePoll", "Tabular.JsonConfig", "flow-board", "graph.JsonConfig", "smw/schema",
                "translate-messagebundle", "wikibase-entity-schema", "wikibase-item", "wikibase-lexeme",
                "wikibase-mediainfo", "wikibase-property",
            ]
        ),
    ]
    private static let builtIn = models.reduce(into: [String: String]()) { formats, entry in
        for model in entry.models { formats[model] = entry.format }
    }

    private let formats: [String: String]

    /// - Parameter added: The formats of further models, or of those that a wiki has changed.
    init(_ added: [String: String] = [:]) { formats = Self.builtIn.merging(added) { $1 } }

    /// The format of a model; nil if nobody said.
    func format(of model: String) -> String? { formats[model] }
}
