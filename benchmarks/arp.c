/* The plainest sweep there is, to compare with: one ARP request to each of N addresses, draining in between.
   Usage: arp INTERFACE OWN-ADDRESS FIRST-ADDRESS N. Prints who answered (how many) and the seconds of processor time. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

static unsigned char *seen;
static unsigned first, count, answered;

static void drain(int link) {
  unsigned char frame[128];
  unsigned address;
  while (recv(link, frame, sizeof frame, MSG_DONTWAIT) >= 42) {
    if (frame[21] != 2) continue;
    memcpy(&address, frame + 28, 4);
    address = ntohl(address) - first;
    if (address < count && !seen[address]) seen[address] = 1, answered++;
  }
}

int main(int argc, char **argv) {
  if (argc != 5) return 2;
  int link = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ARP)), room = 4 << 20;
  struct sockaddr_ll at = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ARP), .sll_ifindex = if_nametoindex(argv[1])};
  socklen_t size = sizeof at;
  unsigned own = inet_addr(argv[2]);
  struct rusage used;
  first = ntohl(inet_addr(argv[3])), count = atoi(argv[4]), seen = calloc(count, 1);
  setsockopt(link, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
  if (bind(link, (struct sockaddr *)&at, size) || getsockname(link, (struct sockaddr *)&at, &size)) return perror("bind"), 1;
  unsigned char frame[42] = {255, 255, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 8, 6, 0, 1, 8, 0, 6, 4, 0, 1};
  memcpy(frame + 6, at.sll_addr, 6), memcpy(frame + 22, at.sll_addr, 6), memcpy(frame + 28, &own, 4);
  for (unsigned n = 0; n < count; n++) {
    unsigned address = htonl(first + n);
    memcpy(frame + 38, &address, 4);
    while (send(link, frame, sizeof frame, 0) < 0 && (errno == ENOBUFS || errno == EAGAIN)) drain(link);
    if (n % 32 == 0) drain(link);
  }
  struct pollfd ready = {link, POLLIN, 0};
  while (answered < count && poll(&ready, 1, 700) > 0) drain(link);
  getrusage(RUSAGE_SELF, &used);
  printf("%u %.6f\n", answered, used.ru_utime.tv_sec + used.ru_stime.tv_sec + (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6);
  return 0;
}
