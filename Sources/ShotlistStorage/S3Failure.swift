import Foundation
import ShotlistCore
import ShotlistNetwork

/// What an answer other than success means, as a sentence with its remedy.
struct S3Failure: Sendable {
    let settings: S3Settings

    /// The error that an answer stands for.
    ///
    /// - Parameters:
    ///   - request: what was asked.
    ///   - body: what the server says of it, in XML; empty after a question without a body (`HEAD`).
    ///   - here: the time here, for clocks that differ.
    func error(
        _ answer: S3Answer, to request: S3Request, body: Data, about location: S3Location, here: Date = Date()
    ) -> any Error {
        let said = XMLElements.root(of: body)
        let code = said?["Code"] ?? ""
        let pause = RetryAfter.duration(answer.header("Retry-After"))
        switch (answer.status, code) {
        case (429, _), (_, "SlowDown"), (_, "Throttling"), (_, "TooManyRequests"):
            return S3PassingFault(reason: "the server asks to slow down (\(answer.status))", pause: pause)
        case (501, _), (_, "NotImplemented"):
            return notImplemented(request, location)
        case (408, _), (425, _), (500...599, _), (_, "RequestTimeout"), (_, "InternalError"), (409, "OperationAborted"),
            (409, "ConditionalRequestConflict"), (_, "BadDigest"), (_, "XAmzContentSHA256Mismatch"),
            (_, "IncompleteBody"):
            let what = code.isEmpty ? "\(answer.status)" : "\(answer.status), \(code.printable)"
            return S3PassingFault(reason: "the server has trouble (\(what))", pause: pause)
        case (_, "RequestTimeTooSkewed"):
            let there = said?["ServerTime"] ?? answer.header("Date") ?? "another"
            return refused(
                "The clock here says \(here.ISO8601Format()) and that of \(settings.server) \(there.printable), "
                    + "so that it refuses what is asked.", "Set the clock here.")
        case (301, _), (307, _), (_, "AuthorizationHeaderMalformed"), (_, "PermanentRedirect"),
            (_, "IllegalLocationConstraintException"):
            return wrongRegion(said?["Region"] ?? answer.header("x-amz-bucket-region"), location)
        // A question without a body has an answer without one, too.
        case (400, "") where answer.header("x-amz-bucket-region").map { $0 != settings.region } == true:
            return wrongRegion(answer.header("x-amz-bucket-region"), location)
        case (_, "InvalidAccessKeyId"):
            return refused(
                "\(settings.server) does not know the access key '\(settings.credentials.accessKey.printable)'.",
                "Check AWS_ACCESS_KEY_ID, AWS_PROFILE and AWS_ENDPOINT_URL_S3.")
        case (_, "SignatureDoesNotMatch"):
            return refused(
                "\(settings.server) refuses the signature of the access key "
                    + "'\(settings.credentials.accessKey.printable)'.",
                "Check AWS_SECRET_ACCESS_KEY, and that no proxy changes what is asked.")
        case (_, "ExpiredToken"), (_, "InvalidToken"), (_, "TokenRefreshRequired"):
            return refused(
                "\(settings.server) does not accept the session token (any more).",
                "Get new credentials and run the same command again; what is done is kept.")
        case (401, _), (403, _):
            return refused(
                "\(settings.server) does not let the access key '\(settings.credentials.accessKey.printable)' "
                    + "do this at '\(location)'\(code.isEmpty ? "" : " (\(code.printable))").",
                "Give it the right to list, read and write there, or use another.")
        case (404, "NoSuchBucket"):
            return refused(
                "There is no bucket '\(location.bucket)' at \(settings.server).",
                "Check its name and AWS_ENDPOINT_URL_S3, or make it.")
        case (404, _):
            return ShotlistError(
                .unreadable, "There is no '\(location)' at \(settings.server).", remedy: "Check its name.")
        case (400, "KeyTooLongError"), (400, "KeyTooLong"), (400, "InvalidObjectName"),
            (400, "XMinioInvalidObjectName"):
            return ShotlistError(
                .writeFailed, "\(settings.server) takes no object of the name '\(location)' (\(code.printable)).",
                remedy: "Give the video a shorter name, without unusual characters, or write elsewhere.")
        case (412, _):
            return ShotlistError(
                .unreadable, "'\(location)' has changed since this run looked at it first.",
                remedy: "Run the same command again.")
        default:
            let words = [code, said?["Message"] ?? ""].filter { !$0.isEmpty }.joined(separator: ": ").prefix(300)
            return ShotlistError(
                .storageRefused,
                "\(settings.server) answers \(answer.status) for '\(location)'"
                    + (words.isEmpty ? "." : ": \(String(words).printable)"),
                remedy: "See that AWS_ENDPOINT_URL_S3 is the address of an S3 server.")
        }
    }

    /// The sentence for what stayed wrong until the last attempt.
    func givenUp(_ fault: S3PassingFault, about location: S3Location) -> ShotlistError {
        ShotlistError(
            .storageUnreachable, "'\(location)' at \(settings.server) cannot be worked with: \(fault.reason).",
            remedy: "Check the network and AWS_ENDPOINT_URL_S3, and run the same command again; what is done is kept.")
    }

    /// A condition can be done without, and the caller is told by the code that it must; nothing else can.
    private func notImplemented(_ request: S3Request, _ location: S3Location) -> ShotlistError {
        let isConditional = request.headers.contains { $0.name == S3Request.onlyNew.name }
        return ShotlistError(
            isConditional ? .notAvailable : .storageRefused,
            "\(settings.server) does not do what is asked of it for '\(location)'"
                + (isConditional ? ": it knows no conditional writes." : " (\(request.method), not implemented)."),
            remedy: "Use another server, or a newer version of it.")
    }

    private func wrongRegion(_ region: String?, _ location: S3Location) -> ShotlistError {
        guard let region else {
            return refused(
                "The bucket '\(location.bucket)' is in another region than \(settings.region).",
                "Set AWS_REGION to its region.")
        }
        return refused(
            "The bucket '\(location.bucket)' is in the region \(region.printable), and \(settings.region) was asked.",
            "Set AWS_REGION=\(region.printable).")
    }

    private func refused(_ what: String, _ remedy: String) -> ShotlistError {
        ShotlistError(.storageRefused, what, remedy: remedy)
    }
}
