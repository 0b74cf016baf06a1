/// Makes the pages that people look at.
///
/// ``TemplateRenderer`` makes them from templates that an operator can replace. Conform a type of your own to make them
/// another way; it has to pass `IndexRendererConformance` of WikiDumpKitTesting. What programs read (status files, JSON,
/// checksums) is not made here: its form is fixed.
public protocol IndexRenderer: Sendable {
    /// The page of one run. HTML in UTF-8; everything taken from the record is escaped.
    func runPage(_ run: RunRecord, farm: FarmSettings) throws(DumpError) -> [UInt8]

    /// The index page of the farm. HTML in UTF-8.
    ///
    /// Of a private wiki it shows the name and the state, nothing else.
    func siteIndex(_ site: SiteRecord, order: SiteRecord.Order, farm: FarmSettings) throws(DumpError) -> [UInt8]
}
