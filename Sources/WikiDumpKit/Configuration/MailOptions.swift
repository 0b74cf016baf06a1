import SystemPackage

extension MailSettings {
    init(_ lookup: OptionLookup) {
        let names = lookup.text("reporting", "adminmail").split { $0 == "," || $0.isWhitespace }.map(String.init)
        recipients = names.contains("nomail") ? [] : names
        sender = lookup.text("reporting", "mailfrom")
        server = lookup.text("reporting", "smtpserver")
        credentials = lookup.path("reporting", "smtpcredentials").flatMap { $0.isEmpty ? nil : $0 }
    }
}
