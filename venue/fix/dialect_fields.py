"""Every field of the dialect: number, name, type, values. The messages that use them: ``dialect_messages``.

Names, types and values are FIX 4.4's own, so that a refusal can name what it refuses; fields above 1000 are later
ones that brokers send today. A field that FIX 4.2 lacks says so in its versions; one that it names or values otherwise
stands in ``dialect_fix42`` too. Sources: FIX 4.4 with Errata 20030618, volume 6; FIX 4.2 with Errata 20010501.
"""

from enum import StrEnum
from typing import NamedTuple


class Version(StrEnum):
    """BeginString(8)."""

    FIX42 = "FIX.4.2"
    FIX44 = "FIX.4.4"


EVERY_VERSION = tuple(Version)
ONLY_FIX42 = (Version.FIX42,)
ONLY_FIX44 = (Version.FIX44,)


class Field(NamedTuple):
    """values: code to its name in the standard; empty where the type alone says what is allowed."""

    tag: int
    name: str
    type: str
    values: dict[str, str]
    versions: tuple[Version, ...] = EVERY_VERSION


def field(tag: int, name: str, type_: str, values: str = "", versions: tuple[Version, ...] = EVERY_VERSION) -> Field:
    """values: "1=BUY 2=SELL"."""
    labels = {}
    for value in values.split():
        code, label = value.split("=")
        labels[code] = label
    return Field(tag, name, type_, labels, versions)


FIELDS = (
    field(8, "BeginString", "STRING"),
    field(9, "BodyLength", "LENGTH"),
    field(35, "MsgType", "STRING"),
    field(49, "SenderCompID", "STRING"),
    field(56, "TargetCompID", "STRING"),
    field(115, "OnBehalfOfCompID", "STRING"),
    field(128, "DeliverToCompID", "STRING"),
    field(90, "SecureDataLen", "LENGTH"),
    field(91, "SecureData", "DATA"),
    field(34, "MsgSeqNum", "SEQNUM"),
    field(50, "SenderSubID", "STRING"),
    field(142, "SenderLocationID", "STRING"),
    field(57, "TargetSubID", "STRING"),
    field(143, "TargetLocationID", "STRING"),
    field(116, "OnBehalfOfSubID", "STRING"),
    field(144, "OnBehalfOfLocationID", "STRING"),
    field(129, "DeliverToSubID", "STRING"),
    field(145, "DeliverToLocationID", "STRING"),
    field(43, "PossDupFlag", "BOOLEAN"),
    field(97, "PossResend", "BOOLEAN"),
    field(52, "SendingTime", "UTCTIMESTAMP"),
    field(122, "OrigSendingTime", "UTCTIMESTAMP"),
    field(212, "XmlDataLen", "LENGTH"),
    field(213, "XmlData", "DATA"),
    field(347, "MessageEncoding", "STRING", "ISO-2022-JP=ISO2022_JP EUC-JP=EUCJP Shift_JIS=SHIFT_JIS UTF-8=UTF8"),
    field(369, "LastMsgSeqNumProcessed", "SEQNUM"),
    field(627, "NoHops", "NUMINGROUP", versions=ONLY_FIX44),
    field(628, "HopCompID", "STRING", versions=ONLY_FIX44),
    field(629, "HopSendingTime", "UTCTIMESTAMP", versions=ONLY_FIX44),
    field(630, "HopRefID", "SEQNUM", versions=ONLY_FIX44),
    field(93, "SignatureLength", "LENGTH"),
    field(89, "Signature", "DATA"),
    field(10, "CheckSum", "STRING"),
    field(98, "EncryptMethod", "INT", "0=NONE 1=PKCS 2=DES 3=PKCSDES 4=PGPDES 5=PGPDESMD5 6=PEM"),
    field(108, "HeartBtInt", "INT"),
    field(95, "RawDataLength", "LENGTH"),
    field(96, "RawData", "DATA"),
    field(141, "ResetSeqNumFlag", "BOOLEAN"),
    field(789, "NextExpectedMsgSeqNum", "SEQNUM", versions=ONLY_FIX44),
    field(383, "MaxMessageSize", "LENGTH"),
    field(384, "NoMsgTypes", "NUMINGROUP"),
    field(464, "TestMessageIndicator", "BOOLEAN", versions=ONLY_FIX44),
    # Later than FIX 4.2, whose engines send them too.
    field(553, "Username", "STRING"),
    field(554, "Password", "STRING"),
    field(112, "TestReqID", "STRING"),
    field(7, "BeginSeqNo", "SEQNUM"),
    field(16, "EndSeqNo", "SEQNUM"),
    field(45, "RefSeqNum", "SEQNUM"),
    field(371, "RefTagID", "INT"),
    field(372, "RefMsgType", "STRING"),
    field(
        373,
        "SessionRejectReason",
        "INT",
        "0=INVALID_TAG_NUMBER 1=REQUIRED_TAG_MISSING 2=TAG_NOT_DEFINED_FOR_THIS_MESSAGE_TYPE 3=UNDEFINED_TAG "
        "4=TAG_SPECIFIED_WITHOUT_A_VALUE 5=VALUE_IS_INCORRECT 6=INCORRECT_DATA_FORMAT_FOR_VALUE "
        "7=DECRYPTION_PROBLEM 8=SIGNATURE_PROBLEM 9=COMP_ID_PROBLEM 10=SENDING_TIME_ACCURACY_PROBLEM "
        "11=INVALID_MSG_TYPE 12=XML_VALIDATION_ERROR 13=TAG_APPEARS_MORE_THAN_ONCE "
        "14=TAG_SPECIFIED_OUT_OF_REQUIRED_ORDER 15=REPEATING_GROUP_FIELDS_OUT_OF_ORDER "
        "16=INCORRECT_NUM_IN_GROUP_COUNT_FOR_REPEATING_GROUP 99=OTHER",
    ),
    field(58, "Text", "STRING"),
    field(354, "EncodedTextLen", "LENGTH"),
    field(355, "EncodedText", "DATA"),
    field(36, "NewSeqNo", "SEQNUM"),
    field(123, "GapFillFlag", "BOOLEAN"),
    field(11, "ClOrdID", "STRING"),
    field(526, "SecondaryClOrdID", "STRING", versions=ONLY_FIX44),
    field(583, "ClOrdLinkID", "STRING", versions=ONLY_FIX44),
    field(1, "Account", "STRING"),
    field(660, "AcctIDSource", "INT", "1=BIC 2=SID_CODE 3=TFM 4=OMGEO 5=DTCC_CODE 99=OTHER", versions=ONLY_FIX44),
    field(
        581,
        "AccountType",
        "INT",
        "1=CARRIED_CUSTOMER_SIDE 2=CARRIED_NON_CUSTOMER_SIDE 3=HOUSE_TRADER 4=FLOOR_TRADER "
        "6=CARRIED_NON_CUSTOMER_SIDE_CROSS_MARGINED 7=HOUSE_TRADER_CROSS_MARGINED 8=JOINT_BACK_OFFICE_ACCOUNT",
        versions=ONLY_FIX44,
    ),
    field(
        21,
        "HandlInst",
        "CHAR",
        "1=AUTOMATED_EXECUTION_NO_INTERVENTION 2=AUTOMATED_EXECUTION_INTERVENTION_OK 3=MANUAL_ORDER",
    ),
    field(
        18,
        "ExecInst",
        "MULTIPLEVALUESTRING",
        "1=NOT_HELD 2=WORK 3=GO_ALONG 4=OVER_THE_DAY 5=HELD 6=PARTICIPATE_DO_NOT_INITIATE 7=STRICT_SCALE "
        "8=TRY_TO_SCALE 9=STAY_ON_BID_SIDE 0=STAY_ON_OFFER_SIDE A=NO_CROSS B=OK_TO_CROSS C=CALL_FIRST "
        "D=PERCENT_OF_VOLUME E=DO_NOT_INCREASE F=DO_NOT_REDUCE G=ALL_OR_NONE H=REINSTATE_ON_SYSTEM_FAILURE "
        "I=INSTITUTIONS_ONLY J=REINSTATE_ON_TRADING_HALT K=CANCEL_ON_TRADING_HALT L=LAST_PEG M=MID_PRICE_PEG "
        "N=NON_NEGOTIABLE O=OPENING_PEG P=MARKET_PEG Q=CANCEL_ON_SYSTEM_FAILURE R=PRIMARY_PEG S=SUSPEND "
        "U=CUSTOMER_DISPLAY_INSTRUCTION V=NETTING W=PEG_TO_VWAP X=TRADE_ALONG Y=TRY_TO_STOP "
        "Z=CANCEL_IF_NOT_BEST a=TRAILING_STOP_PEG b=STRICT_LIMIT c=IGNORE_PRICE_VALIDITY_CHECKS "
        "d=PEG_TO_LIMIT_PRICE e=WORK_TO_TARGET_STRATEGY",
    ),
    field(110, "MinQty", "QTY"),
    field(111, "MaxFloor", "QTY"),
    field(100, "ExDestination", "EXCHANGE"),
    field(
        63,
        "SettlType",
        "CHAR",
        "0=REGULAR 1=CASH 2=NEXT_DAY 3=T_PLUS2 4=T_PLUS3 5=T_PLUS4 6=FUTURE 7=WHEN_AND_IF_ISSUED "
        "8=SELLERS_OPTION 9=T_PLUS5",
    ),
    field(64, "SettlDate", "LOCALMKTDATE"),
    field(15, "Currency", "CURRENCY"),
    field(167, "SecurityType", "STRING"),
    field(207, "SecurityExchange", "EXCHANGE"),
    field(48, "SecurityID", "STRING"),
    field(22, "SecurityIDSource", "STRING"),
    field(55, "Symbol", "STRING"),
    field(60, "TransactTime", "UTCTIMESTAMP"),
    field(
        54,
        "Side",
        "CHAR",
        "1=BUY 2=SELL 3=BUY_MINUS 4=SELL_PLUS 5=SELL_SHORT 6=SELL_SHORT_EXEMPT 7=UNDISCLOSED 8=CROSS "
        "9=CROSS_SHORT A=CROSS_SHORT_EXEMPT B=AS_DEFINED C=OPPOSITE D=SUBSCRIBE E=REDEEM F=LEND G=BORROW",
    ),
    field(38, "OrderQty", "QTY"),
    field(152, "CashOrderQty", "QTY"),
    field(
        40,
        "OrdType",
        "CHAR",
        "1=MARKET 2=LIMIT 3=STOP 4=STOP_LIMIT 6=WITH_OR_WITHOUT 7=LIMIT_OR_BETTER 8=LIMIT_WITH_OR_WITHOUT "
        "9=ON_BASIS D=PREVIOUSLY_QUOTED E=PREVIOUSLY_INDICATED G=FOREX_SWAP I=FUNARI J=MARKET_IF_TOUCHED "
        "K=MARKET_WITH_LEFT_OVER_AS_LIMIT L=PREVIOUS_FUND_VALUATION_POINT M=NEXT_FUND_VALUATION_POINT "
        "P=PEGGED",
    ),
    field(44, "Price", "PRICE"),
    field(99, "StopPx", "PRICE"),
    field(
        59,
        "TimeInForce",
        "CHAR",
        "0=DAY 1=GOOD_TILL_CANCEL 2=AT_THE_OPENING 3=IMMEDIATE_OR_CANCEL 4=FILL_OR_KILL 5=GOOD_TILL_CROSSING "
        "6=GOOD_TILL_DATE 7=AT_THE_CLOSE",
    ),
    field(126, "ExpireTime", "UTCTIMESTAMP"),
    field(432, "ExpireDate", "LOCALMKTDATE"),
    field(168, "EffectiveTime", "UTCTIMESTAMP"),
    field(229, "TradeOriginationDate", "LOCALMKTDATE", versions=ONLY_FIX44),
    field(
        528,
        "OrderCapacity",
        "CHAR",
        "A=AGENCY G=PROPRIETARY I=INDIVIDUAL P=PRINCIPAL R=RISKLESS_PRINCIPAL W=AGENT_FOR_OTHER_MEMBER",
        versions=ONLY_FIX44,
    ),
    field(
        582,
        "CustOrderCapacity",
        "INT",
        "1=MEMBER_TRADING_FOR_THEIR_OWN_ACCOUNT 2=CLEARING_FIRM_TRADING_FOR_ITS_PROPRIETARY_ACCOUNT "
        "3=MEMBER_TRADING_FOR_ANOTHER_MEMBER 4=ALL_OTHER",
        versions=ONLY_FIX44,
    ),
    field(377, "SolicitedFlag", "BOOLEAN"),
    field(114, "LocateReqd", "BOOLEAN"),
    field(376, "ComplianceID", "STRING"),
    field(
        423,
        "PriceType",
        "INT",
        "1=PERCENTAGE 2=PER_UNIT 3=FIXED_AMOUNT 4=DISCOUNT 5=PREMIUM 6=SPREAD 7=TED_PRICE 8=TED_YIELD 9=YIELD "
        "10=FIXED_CABINET_TRADE_PRICE 11=VARIABLE_CABINET_TRADE_PRICE",
        versions=ONLY_FIX44,
    ),
    field(211, "PegOffsetValue", "FLOAT"),
    field(
        388,
        "DiscretionInst",
        "CHAR",
        "0=RELATED_TO_DISPLAYED_PRICE 1=RELATED_TO_MARKET_PRICE 2=RELATED_TO_PRIMARY_PRICE "
        "3=RELATED_TO_LOCAL_PRIMARY_PRICE 4=RELATED_TO_MIDPOINT_PRICE 5=RELATED_TO_LAST_TRADE_PRICE "
        "6=RELATED_TO_VWAP",
    ),
    field(389, "DiscretionOffsetValue", "FLOAT"),
    field(210, "MaxShow", "QTY"),
    field(640, "Price2", "PRICE", versions=ONLY_FIX44),
    field(120, "SettlCurrency", "CURRENCY"),
    field(203, "CoveredOrUncovered", "INT", "0=COVERED 1=UNCOVERED"),
    field(77, "PositionEffect", "CHAR", "O=OPEN C=CLOSE R=ROLLED F=FIFO"),
    field(453, "NoPartyIDs", "NUMINGROUP", versions=ONLY_FIX44),
    field(448, "PartyID", "STRING", versions=ONLY_FIX44),
    field(
        447,
        "PartyIDSource",
        "CHAR",
        "B=BIC C=GENERAL_IDENTIFIER D=PROPRIETARY E=ISO_COUNTRY_CODE F=SETTLEMENT_ENTITY_LOCATION G=MIC "
        "H=CSD_PARTICIPANT 1=KOREAN_INVESTOR_ID 2=TAIWANESE_FOREIGN_INVESTOR_ID 3=TAIWANESE_TRADING_ACCT "
        "4=MALAYSIAN_CENTRAL_DEPOSITORY 5=CHINESE_INVESTOR_ID 6=UK_NATIONAL_INSURANCE_OR_PENSION_NUMBER "
        "7=US_SOCIAL_SECURITY_NUMBER 8=US_EMPLOYER_OR_TAX_ID_NUMBER 9=AUSTRALIAN_BUSINESS_NUMBER "
        "A=AUSTRALIAN_TAX_FILE_NUMBER I=ISITC_ACRONYM",
        versions=ONLY_FIX44,
    ),
    field(
        452,
        "PartyRole",
        "INT",
        "1=EXECUTING_FIRM 2=BROKER_OF_CREDIT 3=CLIENT_ID 4=CLEARING_FIRM 5=INVESTOR_ID 6=INTRODUCING_FIRM "
        "7=ENTERING_FIRM 8=LOCATE 9=FUND_MANAGER_CLIENT_ID 10=SETTLEMENT_LOCATION 11=ORDER_ORIGINATION_TRADER "
        "12=EXECUTING_TRADER 13=ORDER_ORIGINATION_FIRM 14=GIVEUP_CLEARING_FIRM 15=CORRESPONDENT_CLEARING_FIRM "
        "16=EXECUTING_SYSTEM 17=CONTRA_FIRM 18=CONTRA_CLEARING_FIRM 19=SPONSORING_FIRM "
        "20=UNDERLYING_CONTRA_FIRM 21=CLEARING_ORGANIZATION 22=EXCHANGE 24=CUSTOMER_ACCOUNT "
        "25=CORRESPONDENT_CLEARING_ORGANIZATION 26=CORRESPONDENT_BROKER 27=BUYER 28=CUSTODIAN 29=INTERMEDIARY "
        "30=AGENT 31=SUB_CUSTODIAN 32=BENEFICIARY 33=INTERESTED_PARTY 34=REGULATORY_BODY "
        "35=LIQUIDITY_PROVIDER 36=ENTERING_TRADER 37=CONTRA_TRADER 38=POSITION_ACCOUNT",
        versions=ONLY_FIX44,
    ),
    field(37, "OrderID", "STRING"),
    field(41, "OrigClOrdID", "STRING"),
    field(790, "OrdStatusReqID", "STRING", versions=ONLY_FIX44),
    field(198, "SecondaryOrderID", "STRING"),
    field(17, "ExecID", "STRING"),
    field(
        150,
        "ExecType",
        "CHAR",
        "0=NEW 3=DONE_FOR_DAY 4=CANCELED 5=REPLACED 6=PENDING_CANCEL 7=STOPPED 8=REJECTED 9=SUSPENDED "
        "A=PENDING_NEW B=CALCULATED C=EXPIRED D=RESTATED E=PENDING_REPLACE F=TRADE G=TRADE_CORRECT "
        "H=TRADE_CANCEL I=ORDER_STATUS L=TRIGGERED_OR_ACTIVATED_BY_SYSTEM",
    ),
    field(
        39,
        "OrdStatus",
        "CHAR",
        "0=NEW 1=PARTIALLY_FILLED 2=FILLED 3=DONE_FOR_DAY 4=CANCELED 6=PENDING_CANCEL 7=STOPPED 8=REJECTED "
        "9=SUSPENDED A=PENDING_NEW B=CALCULATED C=EXPIRED D=ACCEPTED_FOR_BIDDING E=PENDING_REPLACE",
    ),
    field(
        378,
        "ExecRestatementReason",
        "INT",
        "0=GT_CORPORATE_ACTION 1=GT_RENEWAL 2=VERBAL_CHANGE 3=REPRICING_OF_ORDER 4=BROKER_OPTION "
        "5=PARTIAL_DECLINE_OF_ORDER_QTY 6=CANCEL_ON_TRADING_HALT 7=CANCEL_ON_SYSTEM_FAILURE 8=MARKET "
        "9=CANCELED_NOT_BEST 10=WAREHOUSE_RECAP 99=OTHER",
    ),
    field(
        103,
        "OrdRejReason",
        "INT",
        "0=BROKER_OPTION 1=UNKNOWN_SYMBOL 2=EXCHANGE_CLOSED 3=ORDER_EXCEEDS_LIMIT 4=TOO_LATE_TO_ENTER "
        "5=UNKNOWN_ORDER 6=DUPLICATE_ORDER 7=DUPLICATE_OF_A_VERBALLY_COMMUNICATED_ORDER 8=STALE_ORDER "
        "9=TRADE_ALONG_REQUIRED 10=INVALID_INVESTOR_ID 11=UNSUPPORTED_ORDER_CHARACTERISTIC "
        "13=INCORRECT_QUANTITY 14=INCORRECT_ALLOCATED_QUANTITY 15=UNKNOWN_ACCOUNT 99=OTHER",
    ),
    field(32, "LastQty", "QTY"),
    field(31, "LastPx", "PRICE"),
    field(151, "LeavesQty", "QTY"),
    field(14, "CumQty", "QTY"),
    field(6, "AvgPx", "PRICE"),
    field(424, "DayOrderQty", "QTY"),
    field(425, "DayCumQty", "QTY"),
    field(426, "DayAvgPx", "PRICE"),
    field(381, "GrossTradeAmt", "AMT"),
    field(
        851,
        "LastLiquidityInd",
        "INT",
        "1=ADDED_LIQUIDITY 2=REMOVED_LIQUIDITY 3=LIQUIDITY_ROUTED_OUT",
        versions=ONLY_FIX44,
    ),
    field(12, "Commission", "AMT"),
    field(
        13,
        "CommType",
        "CHAR",
        "1=PER_UNIT 2=PERCENT 3=ABSOLUTE 4=PERCENTAGE_WAIVED_CASH_DISCOUNT "
        "5=PERCENTAGE_WAIVED_ENHANCED_UNITS 6=POINTS_PER_BOND_OR_CONTRACT",
    ),
    field(479, "CommCurrency", "CURRENCY", versions=ONLY_FIX44),
    field(880, "TrdMatchID", "STRING", versions=ONLY_FIX44),
    field(636, "WorkingIndicator", "BOOLEAN", versions=ONLY_FIX44),
    field(434, "CxlRejResponseTo", "CHAR", "1=ORDER_CANCEL_REQUEST 2=ORDER_CANCEL_REPLACE_REQUEST"),
    field(
        102,
        "CxlRejReason",
        "INT",
        "0=TOO_LATE_TO_CANCEL 1=UNKNOWN_ORDER 2=BROKER_OPTION 3=ORDER_ALREADY_IN_PENDING_STATUS "
        "4=UNABLE_TO_PROCESS_ORDER_MASS_CANCEL_REQUEST 5=ORIG_ORD_MOD_TIME 6=DUPLICATE_CL_ORD_ID 99=OTHER",
    ),
    field(
        380,
        "BusinessRejectReason",
        "INT",
        "0=OTHER 1=UNKNOWN_ID 2=UNKNOWN_SECURITY 3=UNSUPPORTED_MESSAGE_TYPE 4=APPLICATION_NOT_AVAILABLE "
        "5=CONDITIONALLY_REQUIRED_FIELD_MISSING 6=NOT_AUTHORIZED 7=DELIVER_TO_FIRM_NOT_AVAILABLE_AT_THIS_TIME",
    ),
    field(379, "BusinessRejectRefID", "STRING"),
    field(19, "ExecRefID", "STRING"),
    field(
        529,
        "OrderRestrictions",
        "MULTIPLEVALUESTRING",
        "1=PROGRAM_TRADE 2=INDEX_ARBITRAGE 3=NON_INDEX_ARBITRAGE 4=COMPETING_MARKET_MAKER "
        "5=ACTING_AS_MARKET_MAKER_OR_SPECIALIST_IN_SECURITY "
        "6=ACTING_AS_MARKET_MAKER_OR_SPECIALIST_IN_UNDERLYING 7=FOREIGN_ENTITY 8=EXTERNAL_MARKET_PARTICIPANT "
        "9=EXTERNAL_INTER_CONNECTED_MARKET_LINKAGE A=RISKLESS_ARBITRAGE",
        versions=ONLY_FIX44,
    ),
    field(
        480,
        "CancellationRights",
        "CHAR",
        "Y=YES N=NO_EXECUTION_ONLY M=NO_WAIVER_AGREEMENT O=NO_INSTITUTIONAL",
        versions=ONLY_FIX44,
    ),
    field(854, "QtyType", "INT", "0=UNITS 1=CONTRACTS", versions=ONLY_FIX44),
    field(385, "MsgDirection", "CHAR", "R=RECEIVE S=SEND"),
    field(523, "PartySubID", "STRING", versions=ONLY_FIX44),
    field(802, "NoPartySubIDs", "NUMINGROUP", versions=ONLY_FIX44),
    field(803, "PartySubIDType", "INT", versions=ONLY_FIX44),
    field(
        530,
        "MassCancelRequestType",
        "CHAR",
        "1=CANCEL_ORDERS_FOR_A_SECURITY 2=CANCEL_ORDERS_FOR_AN_UNDERLYING_SECURITY 3=CANCEL_ORDERS_FOR_A_PRODUCT "
        "4=CANCEL_ORDERS_FOR_A_CFI_CODE 5=CANCEL_ORDERS_FOR_A_SECURITY_TYPE "
        "6=CANCEL_ORDERS_FOR_A_TRADING_SESSION 7=CANCEL_ALL_ORDERS",
        versions=ONLY_FIX44,
    ),
    field(
        531,
        "MassCancelResponse",
        "CHAR",
        "0=CANCEL_REQUEST_REJECTED 1=CANCEL_ORDERS_FOR_A_SECURITY 2=CANCEL_ORDERS_FOR_AN_UNDERLYING_SECURITY "
        "3=CANCEL_ORDERS_FOR_A_PRODUCT 4=CANCEL_ORDERS_FOR_A_CFI_CODE 5=CANCEL_ORDERS_FOR_A_SECURITY_TYPE "
        "6=CANCEL_ORDERS_FOR_A_TRADING_SESSION 7=CANCEL_ALL_ORDERS",
        versions=ONLY_FIX44,
    ),
    field(
        532,
        "MassCancelRejectReason",
        "STRING",
        "0=MASS_CANCEL_NOT_SUPPORTED 1=INVALID_OR_UNKNOWN_SECURITY 2=INVALID_OR_UNKNOWN_UNDERLYING "
        "3=INVALID_OR_UNKNOWN_PRODUCT 4=INVALID_OR_UNKNOWN_CFI_CODE 5=INVALID_OR_UNKNOWN_SECURITY_TYPE "
        "6=INVALID_OR_UNKNOWN_TRADING_SESSION 99=OTHER",
        versions=ONLY_FIX44,
    ),
    field(533, "TotalAffectedOrders", "INT", versions=ONLY_FIX44),
    field(534, "NoAffectedOrders", "NUMINGROUP", versions=ONLY_FIX44),
    field(535, "AffectedOrderID", "STRING", versions=ONLY_FIX44),
    field(584, "MassStatusReqID", "STRING", versions=ONLY_FIX44),
    field(
        585,
        "MassStatusReqType",
        "INT",
        "1=STATUS_FOR_ORDERS_FOR_A_SECURITY 2=STATUS_FOR_ORDERS_FOR_AN_UNDERLYING_SECURITY "
        "3=STATUS_FOR_ORDERS_FOR_A_PRODUCT 4=STATUS_FOR_ORDERS_FOR_A_CFI_CODE "
        "5=STATUS_FOR_ORDERS_FOR_A_SECURITY_TYPE 6=STATUS_FOR_ORDERS_FOR_A_TRADING_SESSION "
        "7=STATUS_FOR_ALL_ORDERS 8=STATUS_FOR_ORDERS_FOR_A_PARTY_ID",
        versions=ONLY_FIX44,
    ),
    field(911, "TotNumReports", "INT", versions=ONLY_FIX44),
    field(912, "LastRptRequested", "BOOLEAN", versions=ONLY_FIX44),
    # Later than FIX 4.4, or common custom tags: taken in every version.
    field(1138, "DisplayQty", "QTY"),
    field(7928, "SelfTradePreventionGroup", "STRING"),
    # Not what FIX 5.0 has this number for: STRING, so that the venue itself refuses what it does not offer.
    field(2362, "SelfTradePreventionMode", "STRING"),
)
